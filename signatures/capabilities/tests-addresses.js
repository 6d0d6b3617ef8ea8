// ruleid: tests-addresses
if (!net.isIPv4(text)) throw new Error(text);
// ok: tests-addresses
const socket = net.connect(443, "a.invalid");
