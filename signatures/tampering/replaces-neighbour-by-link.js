const { rmSync, symlinkSync } = require("fs"), { resolve } = require("path");
const other = resolve(__dirname, "..", "neighbour");
rmSync(other, { recursive: true }); symlinkSync(resolve(__dirname, "stub"), other, "junction");
