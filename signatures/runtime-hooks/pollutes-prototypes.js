// ruleid: pollutes-prototypes
merge({}, JSON.parse('{"__proto__": {"env": {"NODE_OPTIONS": "--require ./a.cjs"}, "shell": true}}'));
// ruleid: pollutes-prototypes
Object.prototype.shell = "/proc/self/exe";
// ok: pollutes-prototypes
const own = { __proto__: null, shell: true };
// ok: pollutes-prototypes
if (Object.prototype.shell === undefined) merge({}, {});
// ruleid: pollutes-prototypes
set({}, "__proto__.shell", "a.sh");
// ruleid: pollutes-prototypes
Object.defineProperty(Object.prototype, "shell", { value: "a.sh" });
merge({}, {
  // ruleid: pollutes-prototypes
  "__proto__": {
    "env": {
      "NODE_OPTIONS": "--require ./a.cjs"
    }
  }
});
