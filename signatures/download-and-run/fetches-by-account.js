// ruleid: fetches-by-account
run("gh", ["release", "download", "v1", "--repo", place]);
// ruleid: fetches-by-account
const step = ["aws", ["s3", "cp", "s3://place/tool", file]];
// ok: fetches-by-account
run("gh", ["release", "create", "v1"]);
// ok: fetches-by-account
run("gh", ["--version"]);
