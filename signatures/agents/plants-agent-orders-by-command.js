// ruleid: plants-agent-orders-by-command
execSync(`cat orders.txt >> ${root}/AGENTS.md`);
// ok: plants-agent-orders-by-command
console.log("Read AGENTS.md > Set-up");
