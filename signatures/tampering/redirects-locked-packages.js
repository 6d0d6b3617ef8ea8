// ruleid: redirects-locked-packages
entry.resolved = "https://tarballs.invalid/a.tgz";
delete entry.integrity;

function read(entry) {
  // ok: redirects-locked-packages
  return entry.resolved === undefined ? entry.integrity : entry.resolved;
}
