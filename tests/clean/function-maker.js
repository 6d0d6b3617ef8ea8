const slice = Array.prototype.slice;
const root = (typeof globalThis === "object" && globalThis) || Function("return this")();

module.exports = function bind(that) {
  const target = this;
  const given = slice.call(arguments, 1);
  const names = [];
  for (let i = 0; i < Math.max(0, target.length - given.length); i++) names[i] = "$" + i;
  const bound = Function("run", "return function (" + names.join(",") + "){ return run.apply(this, arguments); }")(
    function () {
      return target.apply(that, given.concat(slice.call(arguments)));
    },
  );
  return root.Object === Object ? bound : null;
};
