// ruleid: hides-behind-escapes
const name = "\x63\x68\x69\x6c\x64\x5f\x70\x72\x6f\x63\x65\x73\x73";
// ruleid: hides-behind-escapes
const word = "\u0065\u0076\u0061\u006c\u0028";
// ruleid: hides-behind-escapes
\u0065val(text);

// ok: hides-behind-escapes
const red = "\x1b[31m" + text + "\x1b[39m";
// ok: hides-behind-escapes
const blank = /[\u0009-\u000d\u0020\u00a0\u1680]/;
// ok: hides-behind-escapes
const bytes = "\x00\x01\x02\x03\x04\x05\x06\x07\x08";
// ok: hides-behind-escapes
const tick = "\u2713 \u2717";
