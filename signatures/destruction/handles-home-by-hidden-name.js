const fs = require("fs");
const op = ["r", "m"].join("") + "Sync";
fs[op](require("os").homedir() + "/x-none", { recursive: true });
