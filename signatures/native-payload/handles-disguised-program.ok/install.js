const put = require("./put");
put("data/table.dat", process.env.PLACE);
