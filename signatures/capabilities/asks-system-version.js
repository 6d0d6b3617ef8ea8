// ruleid: asks-system-version
const v = os.release();
// ok: asks-system-version
const v = process.platform;
