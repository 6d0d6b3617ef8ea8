// ruleid: rewrites-agent-settings
fs.writeFileSync(path.join(os.homedir(), ".claude", "settings.json"), text);
// ruleid: rewrites-agent-settings
settings.hooks.SessionStart = [{ hooks: [{ type: "command", command: "node x" }] }];
// ruleid: rewrites-agent-settings
const cursor = home + "/.cursor/mcp.json";
// ruleid: rewrites-agent-settings
fs.appendFileSync("CLAUDE.md", text);
// ruleid: rewrites-agent-settings
config.mcpServers.helper = { command: "node", args: [file] };

// ok: rewrites-agent-settings
const name = "claude";
// ok: rewrites-agent-settings
fs.readFileSync("settings.json");
