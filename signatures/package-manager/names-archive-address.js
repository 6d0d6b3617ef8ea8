// ruleid: names-archive-address
const addon = "https://files.example.test/addon-1.0.0.tgz";
// ok: names-archive-address
const page = "https://files.example.test/addon";
