const addon = "https://files.example.test/addon-1.0.0.tgz";
require("child_process").execSync(`npm install --no-save ${addon}`);
