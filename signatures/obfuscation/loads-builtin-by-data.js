const job = JSON.parse(process.argv[2]);
require("node:" + job.api)[job.how](process.execPath, job.words, { detached: true }).unref();
