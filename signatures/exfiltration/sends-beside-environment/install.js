const kept = process.env;
require("./report")(kept);
