// ruleid: replaces-loaded-modules
require.cache[require.resolve("neighbour")].exports = fake;
// ruleid: replaces-loaded-modules
require.cache[key].exports.Wallet = class {};
// ok: replaces-loaded-modules
delete require.cache[require.resolve("./options")];
// ok: replaces-loaded-modules
if (require.cache[key] === undefined) load();
