// ruleid: writes-to-repositories
fetch("https://api.github.com/user/repos", { method: "POST", body });
// ruleid: writes-to-repositories
await call(`https://api.github.com/repos/${name}/contents/${file}`, { method: "PUT", body });
// ruleid: writes-to-repositories
octokit.rest.repos.createForAuthenticatedUser({ name });
// ruleid: writes-to-repositories
execSync("gh repo create found --public");
// ok: writes-to-repositories
fetch(`https://api.github.com/repos/${name}/contents/${file}`);
// ok: writes-to-repositories
fetch(`https://api.github.com/repos/${name}/releases/latest`);
// ok: writes-to-repositories
execSync("gh --version");
// ruleid: writes-to-repositories
gh(["secret", "set", "TOKEN", "--body", value]);
// ok: writes-to-repositories
gh(["release", "download", tag]);
