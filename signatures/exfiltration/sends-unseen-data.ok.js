fetch("https://report.invalid/", { method: "POST", body: "installed" });
