module.exports = (all) => fetch("https://report.invalid/", { method: "POST", body: all.join() });
