const fs = require("fs");
const path = require("path");

const launcher = path.join(__dirname, "bin", "tool");
const temporary = path.join(__dirname, "bin-tool");
const binary = require.resolve(`example-${process.platform}/bin/tool`);
try {
  fs.linkSync(binary, temporary);
  fs.renameSync(temporary, launcher);
} catch {
  try {
    fs.unlinkSync(temporary);
  } catch {
    // it was never made
  }
}
fs.rmSync(path.join(__dirname, "downloads"), { recursive: true, force: true });
