const Module = require("module");

const load = Module._load;
Module._load = function (name, ...rest) {
  return load.call(this, name === "old-name" ? "new-name" : name, ...rest);
};
