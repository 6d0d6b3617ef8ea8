// ruleid: gates-on-environment
if (os.cpus().length < 4) process.exit();
// ok: gates-on-environment
if (ready) go();
