const { env } = process;
require("https").get(`https://files.invalid/${env.npm_package_version}.json`);
