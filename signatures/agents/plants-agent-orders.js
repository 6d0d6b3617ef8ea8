const settings = path.join(os.homedir(), ".claude", "settings.json");
// ruleid: plants-agent-orders
fs.writeFileSync(settings, JSON.stringify(changed));
// ruleid: plants-agent-orders
fs.appendFileSync(`${root}/CLAUDE.md`, orders);
// ruleid: plants-agent-orders
await fs.promises.writeFile(path.join(home, ".cursor", "mcp.json"), servers);
// ruleid: plants-agent-orders
fs.cpSync("skills", root + "/.claude/skills", { recursive: true });

// ok: plants-agent-orders
fs.readFileSync(settings);
// ok: plants-agent-orders
fs.writeFileSync(path.join(__dirname, "dist", "settings.json"), text);
