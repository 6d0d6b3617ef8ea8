// ruleid: hides-invisible-text
const payload = decode("|󠄀󠄇󠄎󠄕󠄜󠄣󠄪󠄱󠄸󠄿󠅆󠅍󠅔󠅛󠅢󠅩󠅰󠅷󠅾󠆅󠆌󠆓󠆚󠆡");
// ruleid: hides-invisible-text
const other = decode("​‌‌‌​​​‌‌‌​​​‌‌‌​​​‌‌‌​​");
// ruleid: hides-invisible-text
if (level !== "user‮ ⁦// only for admins⁩ ⁦") allow();
// ruleid: hides-invisible-text
const fine = 1;                                                                                                                                                                                                        global.run = require;
// ruleid: hides-invisible-text
var q = 1; // nothing here require("child_process");

// ok: hides-invisible-text
const heart = "❤️ 👩‍💻";
// ok: hides-invisible-text
const aligned = 1;                                        // a remark
// ok: hides-invisible-text
const blank = "\u200b\u200c\u200d\u202e";
// ok: hides-invisible-text
const padding = "                                                                                                                                                                                                        ";
