// ruleid: hides-strings-in-array
var _0x1a2b = ["a", "b"]; (function (_0x3c4d, _0x5e6f) { while (--_0x5e6f) { _0x3c4d.push(_0x3c4d.shift()); } })(_0x1a2b, 0x1f);

// ruleid: hides-strings-in-array
const one = [][(![]+[])[+[]]+([![]]+[][[]])[+!+[]+[+[]]]+(![]+[])[!+[]+!+[]]+(!![]+[])[+[]]+(!![]+[])[!+[]+!+[]+!+[]]+(!![]+[])[+!+[]]];

// ruleid: hides-strings-in-array
eval(function(p,a,c,k,e,d){return p}("0", 1, 1, "x".split("|"), 0, {}));

// ok: hides-strings-in-array
const mask = 0x1a2b & flags;
// ok: hides-strings-in-array
const empty = [[], [], [[]]];
// ok: hides-strings-in-array
const total = parseInt(size(0x10)) / 0x2;
