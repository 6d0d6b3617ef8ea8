const addon = "addon@1.0.0";
require("child_process").execSync(`npm install --no-save ${addon}`);
