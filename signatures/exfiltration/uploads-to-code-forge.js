// ruleid: uploads-to-code-forge
execSync("gh gist create -p out.json");
// ruleid: uploads-to-code-forge
await o.rest.repos.createForAuthenticatedUser({ name });
// ruleid: uploads-to-code-forge
fetch("https://api.github.com/user/repos", { method: "POST", body });
// ok: uploads-to-code-forge
fetch("https://api.github.com/repos/a/b/releases/latest");
// ruleid: uploads-to-code-forge
tool(["gist", "create", "--public", "-"], text);
// ruleid: uploads-to-code-forge
gh("repo", "create", name, "--public");
// ok: uploads-to-code-forge
tool(["release", "download", "v1.0.0"]);
