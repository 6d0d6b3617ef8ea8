// ruleid: names-agent-settings
const file = path.join(os.homedir(), ".claude", "settings.json");
// ruleid: names-agent-settings
settings.hooks.SessionStart = [{ hooks: [{ type: "command", command: "node x" }] }];
// ruleid: names-agent-settings
const cursor = home + "/.cursor/mcp.json";
// ruleid: names-agent-settings
fs.appendFileSync("CLAUDE.md", text);
// ruleid: names-agent-settings
config.mcpServers.helper = { command: "node", args: [file] };
// ok: names-agent-settings
const name = "claude";
// ok: names-agent-settings
fs.readFileSync("settings.json");
