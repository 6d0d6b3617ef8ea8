// ruleid: installs-program-unseen
exec("res\\update.exe /VERYSILENT");
// ruleid: installs-program-unseen
exec("open -gj Helper.app");
// ok: installs-program-unseen
exec("res\\tool.exe --version");
