const ESC = "\x1B[";
const codes = { red: "\x1b[31m", green: "\x1b[32m", reset: "\x1b[0m", clear: ESC + "2J" + ESC + "3J" };
const blank = /[\u0009\u000A\u000B\u000C\u000D\u0020\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000\uFEFF]/;
const wide = "[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff]";
const signature = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR";
const marks = ["✔", "✖", "⚠️", "👩‍💻", "ℹ️"];
const logo = "                                                                                                                                                                        example";
module.exports = { codes, blank, wide: new RegExp(wide), signature, marks, logo, tick: "\u2714", cross: "\u2718" };
