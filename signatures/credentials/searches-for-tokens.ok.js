const fs = require("fs");
const forms = { aws: "AKIA[0-9A-Z]{16}", forge: "gh[pousr]_[A-Za-z0-9]{36}" };
fs.writeFileSync(__dirname + "/forms.json", JSON.stringify(forms));
