module.exports = (text) => fetch("https://report.invalid/", { method: "POST", body: text });
