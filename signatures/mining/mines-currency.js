// ruleid: mines-currency
const pool = "stratum+tcp://pool.example.test:3333";
// ruleid: mines-currency
spawn(dir + "/xmrig", ["-c", config]);
// ruleid: mines-currency
const options = ["-o", pool, "--cpu-max-threads-hint=50"];
// ok: mines-currency
const pool = new WorkerPool(4);
// ok: mines-currency
const algorithm = "sha256";
