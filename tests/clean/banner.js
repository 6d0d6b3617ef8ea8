#!/usr/bin/env node
"use strict";
const os = require("os");
const fs = require("fs");
const path = require("path");

const quiet = process.env.ADBLOCK || process.env.CI || process.env.npm_config_loglevel === "silent";
const stamp = path.join(os.tmpdir(), "example-banner-seen");

function seenLately() {
  try {
    return Date.now() - fs.statSync(stamp).mtimeMs < 3 * 60 * 1000;
  } catch {
    return false;
  }
}

if (!quiet && !seenLately()) {
  fs.writeFileSync(stamp, "");
  console.log("\u001B[96mThank you for using example (\u001B[94m https://example.test \u001B[96m)\u001B[0m");
}
