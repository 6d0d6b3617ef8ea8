const self = path.resolve(__filename);
// ruleid: erases-itself-in-steps
fs.unlinkSync(self);
// ruleid: erases-itself-in-steps
fs.writeFileSync(path.join(__dirname, path.basename(__filename)), "module.exports = {};");
// ruleid: erases-itself-in-steps
await fs.promises.unlink(fileURLToPath(import.meta.url));

const here = path.dirname(fileURLToPath(import.meta.url));
// ok: erases-itself-in-steps
fs.writeFileSync(path.join(here, "built.json"), text);
// ok: erases-itself-in-steps
fs.writeFileSync("copy.js", fs.readFileSync(__filename));
