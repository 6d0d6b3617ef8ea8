#!/usr/bin/env node
const cp = require("child_process");
const path = require("path");
const { familySync, GLIBC } = require("detect-libc");

const libc = process.platform === "linux" && familySync() !== GLIBC ? "musl" : "";
const name = `@example/core-${process.platform}-${process.arch}${libc && `-${libc}`}`;

try {
  require(process.env["EXAMPLE_ADDON_PATH"] || path.join(__dirname, "prebuilds", name, "addon.node"));
} catch (error) {
  console.warn(`No prebuilt binary for ${name} (${error.code}), building it. See https://example.test/build`);
  const args = ["node-gyp", "rebuild", ...(process.env.npm_config_debug ? ["--debug"] : [])];
  const child = cp.spawn(process.platform === "win32" ? "npx.cmd" : "npx", args, { stdio: "inherit", shell: false });
  child.on("exit", (code) => process.exit(code ?? 1));
}
