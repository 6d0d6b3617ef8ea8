const { rmSync, symlinkSync } = require("fs"), { resolve } = require("path");
const own = resolve(__dirname, "current");
rmSync(own, { recursive: true }); symlinkSync(resolve(__dirname, "stub"), own, "junction");
