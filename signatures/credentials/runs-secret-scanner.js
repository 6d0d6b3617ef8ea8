// ruleid: runs-secret-scanner
execSync("gitleaks detect --no-git --source .");
// ruleid: runs-secret-scanner
const tools = [{ tool: "gitleaks", args: ["detect"] }];
// ruleid: runs-secret-scanner
spawnSync("trufflehog", ["filesystem", home]);
// ok: runs-secret-scanner
const scripts = {"leaks": "gitleaks detect", "gitleaks": "^1.0.0"};
// ok: runs-secret-scanner
const hint = "we recommend gitleaks to find keys";
