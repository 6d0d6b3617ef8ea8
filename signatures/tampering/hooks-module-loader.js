// ruleid: hooks-module-loader
Module._load = function (name) { return hooked(name); };
// ruleid: hooks-module-loader
M._load = (...given) => hooked(given);
// ruleid: hooks-module-loader
Module.prototype.require = function (name) { return hooked(name); };
// ok: hooks-module-loader
const load = Module._load;
