// ruleid: mines-currency
spawn("./helper", ["-o", "stratum+tcp://pool.invalid:3333", "-u", wallet]);
// ruleid: mines-currency
const url = "https://example.invalid/xmrig-linux.tar.gz";

// ok: mines-currency
const pool = new Pool({ host: "localhost" });
// ok: mines-currency
const stratum = require("./stratum");
