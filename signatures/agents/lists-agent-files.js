// ruleid: lists-agent-files
const places = [".cursorrules", "CLAUDE.md"];
// ruleid: lists-agent-files
const more = { a: "docs/GEMINI.md", b: "x", c: ".github/copilot-instructions.md" };
// ok: lists-agent-files
const one = ["CLAUDE.md", "README.md"];
// ruleid: lists-agent-files
const profiles = { slot: "mcpServers", parts: [[".claude.json"], [".cursor", "mcp.json"]] };
