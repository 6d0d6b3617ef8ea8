// ruleid: installs-packages-silently
exec("npm i helper", { cwd: __dirname, windowsHide: true });
// ruleid: installs-packages-silently
execSync("npm install helper --no-save --silent");
// ok: installs-packages-silently
execSync("npm install --loglevel=error --prefer-offline --no-audit tool-linux@1.0.0", { stdio: "pipe" });
