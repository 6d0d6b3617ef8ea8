(function (code, packed) {
  var names = Buffer.from(packed, "base64").toString().split(",");
  var at = 0, stack = [], all = Function.prototype.call.bind(function () { return this; }, globalThis)();
  var steps = [
    function () { stack.push(names[code[at++]]); },
    function () { stack.push(all[stack.pop()]); },
    function () { stack.pop()(stack.pop()); },
  ];
  while (at < code.length) steps[code[at++]]();
})([0, 1, 0, 0, 1, 2], process.env.PACKED);
