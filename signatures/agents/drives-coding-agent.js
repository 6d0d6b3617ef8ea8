// ruleid: drives-coding-agent
spawnSync("claude", ["--dangerously-skip-permissions", "-p", prompt]);
// ruleid: drives-coding-agent
execSync("gemini --yolo -p '" + prompt + "'");
// ruleid: drives-coding-agent
const agents = { q: ["chat", "--trust-all-tools", "--no-interactive"] };
// ruleid: drives-coding-agent
exec(`codex exec --full-auto "${prompt}"`);

// ok: drives-coding-agent
const found = which.sync("claude", { nothrow: true });
// ok: drives-coding-agent
execSync("npx tool --full-auto");
