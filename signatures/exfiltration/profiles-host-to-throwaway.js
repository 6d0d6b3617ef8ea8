fetch("https://a.workers.dev/in", { method: "POST", body: process.version });
