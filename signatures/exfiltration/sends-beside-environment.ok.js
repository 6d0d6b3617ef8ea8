fetch("https://report.invalid/", { method: "POST", body: process.env.npm_package_version });
