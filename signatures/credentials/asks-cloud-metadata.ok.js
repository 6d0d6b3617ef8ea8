const fs = require("fs");
const refused = ["169.254.169.254", "10.0.0.0/8"].map((one) => one.split("/"));
fs.writeFileSync(__dirname + "/refused.json", JSON.stringify(refused));
