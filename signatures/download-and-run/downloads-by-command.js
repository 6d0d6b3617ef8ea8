// ruleid: downloads-by-command
execSync("curl -L -o tool https://example.invalid/tool");
// ruleid: downloads-by-command
spawnSync("wget", [url]);

// ok: downloads-by-command
https.get("https://example.test/curl/tool");
// ruleid: downloads-by-command
run("gh", ["release", "download", "v1"]);
// ok: downloads-by-command
run("gh", ["release", "list"]);
