// ruleid: collects-host-facts
const facts = { h: os.hostname(), u: os.userInfo().username };
// ok: collects-host-facts
const facts = { h: os.hostname(), p: process.platform };
