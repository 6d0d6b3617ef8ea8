// ruleid: asks-network-addresses
const all = os.networkInterfaces();
// ruleid: asks-network-addresses
const s = dns.getServers();
// ok: asks-network-addresses
const servers = [];
