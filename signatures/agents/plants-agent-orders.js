// ruleid: plants-agent-orders
fs.appendFileSync(`${root}/CLAUDE.md`, orders);
// ruleid: plants-agent-orders
await fs.promises.writeFile(path.join(home, ".cursor", "mcp.json"), servers);
// ruleid: plants-agent-orders
fs.cpSync("skills", root + "/.claude/skills", { recursive: true });
// ruleid: plants-agent-orders
for (const name of ["AGENTS.md", "GEMINI.md"]) fs.appendFileSync(path.join(root, name), orders);
// ok: plants-agent-orders
fs.readFileSync(path.join(home, ".claude", "settings.json"));
// ok: plants-agent-orders
fs.writeFileSync(path.join(__dirname, "dist", "settings.json"), text);
