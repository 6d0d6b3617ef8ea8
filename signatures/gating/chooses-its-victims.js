// ruleid: chooses-its-victims
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
// ruleid: chooses-its-victims
if (answer.country_name === "Nowhere") go();
// ruleid: chooses-its-victims
if (os.cpus().length < 4) process.exit(0);
// ok: chooses-its-victims
const jobs = os.cpus().length;
// ok: chooses-its-victims
const arch = os.arch();
