// ruleid: runs-downloaded-program
fs.writeFileSync("a.bat", "@echo off\nrename Temp.b package.db\nrundll32 package.db,Start 1");

// ok: runs-downloaded-program
fs.writeFileSync("a.bat", "@echo off\nnode build.js");
