console.log(process.env.npm_execpath);
