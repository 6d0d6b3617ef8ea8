// ruleid: names-loader-in-data
const row = { "run": "mshta", "with": ["a.hta"] };
// ok: names-loader-in-data
const other = { "run": "node", "with": ["mshta"] };
