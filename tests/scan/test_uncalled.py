"""Functions that a hook loads and nothing can call block no installation; and the ways by which an attack would call them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from safe_install.model import Inspection, Severity
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.match.semgrep import signatures_directory
from safe_install.scan.reach.reach import trace
from tests.builders import a_script

TOOL = """
const fs = require("fs");
const { execSync } = require("child_process");
function say(text) {
  console.log(text);
}
function publish() {
  execSync("npm publish");
}
module.exports = { say, publish };
"""
ONE_BY_ONE = """
const { execSync } = require("child_process");
exports.say = (text) => console.log(text);
exports.publish = function publish() {
  execSync("npm publish");
};
"""
IN_TABLE = """
const { execSync } = require("child_process");
exports.say = (text) => console.log(text);
exports.targets = {
  folder: 1,
  publish() {
    execSync("npm publish");
  },
};
"""
STARTED = TOOL.replace('execSync("npm publish")', 'spawnSync("npm", ["publish"])').replace(
    "{ execSync }", "{ spawnSync }"
)
TAKES = 'const { say } = require("./tool");\nsay("installed");\n'
WHOLE = 'const tool = require("./tool");\ntool.say("installed");\n'
STAR = """
var __createBinding = (this && this.__createBinding) || (Object.create ? (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    Object.defineProperty(o, k2, { enumerable: true, get: function() { return m[k]; } });
}) : (function(o, m, k, k2) {
    if (k2 === undefined) k2 = k;
    o[k2] = m[k];
}));
var __exportStar = (this && this.__exportStar) || function(m, exports) {
    for (var p in m) if (p !== "default" && !Object.prototype.hasOwnProperty.call(exports, p)) __createBinding(exports, m, p);
};
Object.defineProperty(exports, "__esModule", { value: true });
__exportStar(require("./tool"), exports);
"""
RUNS = 'const [first = "help", ...rest] = process.argv.slice(2);\n'
ASKS = f'{RUNS}const tool = require("./tool");\nif (first === "--greet") {{\n  tool.say("hello");\n}} else {{\n  tool.publish();\n}}\n'
Files = Mapping[str, str]


def hook(text: str, tool: str = TOOL, **others: str) -> Files:
    """Make a package whose hook is a text beside a tool that can publish."""
    return {"install.js": text, "tool.js": tool, **{f"{name}.js": other for name, other in others.items()}}


HONEST: Mapping[str, Files] = {
    "takes one by name": hook(TAKES),
    "takes one of the module": hook(WHOLE),
    "takes one at once": hook('require("./tool").say("installed");\n'),
    "takes one by another name": hook('const { say: tell } = require("./tool");\ntell("installed");\n'),
    "offered one by one": hook(WHOLE, ONE_BY_ONE),
    "lists a table": hook('const t = require("./tool");\nt.say(Object.keys(t.targets).join());\n', IN_TABLE),
    "a function with others": hook(
        WHOLE, "function tool() {}\nmodule.exports = tool;\n" + ONE_BY_ONE.replace("exports.", "module.exports.")
    ),
    "a named object": hook(
        WHOLE,
        IN_TABLE.replace("exports.say", "const say").replace("exports.targets =", "const all =")
        + "all.say = say;\nmodule.exports = all;\n",
    ),
    "through a compiled barrel": hook(WHOLE.replace("./tool", "./all"), all=STAR),
    "an uncalled program": hook(TAKES, STARTED),
    "an uncalled command of another": hook(
        TAKES + 'require("./other");\n',
        other='const t = require("./tool");\nexports.go = () => {\n  t.publish();\n};\n',
    ),
}
ATTACKS: Mapping[str, Files] = {
    "by its name": hook('require("./tool").publish();\n'),
    "by a literal index": hook('require("./tool")["publish"]();\n'),
    "by an escape": hook('require("./tool").publi\\u0073h();\n'),
    "by an escaped text": hook('require("./tool")["publi\\x73h"]();\n'),
    "by a computed name": hook('require("./tool")["pub" + "lish"]();\n'),
    "by an argument": hook('require("./tool")[process.argv[2]]();\n'),
    "by a variable": hook('const { npm_config_x: x } = process.env;\nconst tool = require("./tool");\ntool[x]();\n'),
    "by a computed pattern": hook('const { ["pub" + "lish"]: go } = require("./tool");\ngo();\n'),
    "by another name": hook('const { publish: go } = require("./tool");\ngo();\n'),
    "by another name twice": hook(
        'const { go } = require("./other");\ngo();\n', other='exports.go = require("./tool").publish;\n'
    ),
    "offered by another name": hook(
        'require("./tool").go();\n', TOOL.replace("{ say, publish }", "{ say, go: publish }")
    ),
    "by a pattern inside": hook('const { targets: { publish: go } } = require("./tool");\ngo();\n', IN_TABLE),
    "by a default": hook('const { none = require("./tool").publish } = {};\nnone();\n'),
    "by the rest": hook(
        'const { say, ...others } = require("./tool");\nfor (const one of Object.values(others)) one();\n'
    ),
    "all values": hook('Object.values(require("./tool")).forEach((one) => one());\n'),
    "all entries": hook('const t = require("./tool");\nfor (const [, one] of Object.entries(t)) one();\n'),
    "all keys": hook('const t = require("./tool");\nfor (const key in t) t[key]();\n'),
    "all keys, mapped": hook(
        'const t = require("./tool");\nObject.keys(t).map((key) => t[key]).forEach((one) => one());\n'
    ),
    "values of a table": hook(
        'Object.values(require("./tool").targets).forEach((one) => one.call && one());\n', IN_TABLE
    ),
    "a table by another name": hook(
        'const { targets: t } = require("./tool");\nObject.values(t).forEach((one) => one.call && one());\n', IN_TABLE
    ),
    "a table inside": hook(TAKES, IN_TABLE + "Object.values(exports.targets).forEach((one) => one.call && one());\n"),
    "spread": hook('const all = { ...require("./tool") };\nObject.values(all).forEach((one) => one());\n'),
    "assigned": hook('Object.values(Object.assign({}, require("./tool"))).forEach((one) => one());\n'),
    "reflected": hook('const t = require("./tool");\nReflect.get(t, "pub" + "lish")();\n'),
    "passed on": hook('const t = require("./tool");\n((all) => Object.values(all).forEach((one) => one()))(t);\n'),
    "given back": hook(
        'const { all } = require("./other");\nObject.values(all()).forEach((one) => one());\n',
        other='const t = require("./tool");\nexports.all = () => t;\n',
    ),
    "its own value": hook('Object.values(require("./tool").valueOf()).forEach((one) => one());\n'),
    "offered again": hook(
        'Object.values(require("./other").t).forEach((one) => one());\n',
        other='const t = require("./tool");\nmodule.exports = { t };\n',
    ),
    "the module again": hook(
        'Object.values(require("./other")).forEach((one) => one());\n', other='module.exports = require("./tool");\n'
    ),
    "by this": hook(
        'require("./tool").all();\n',
        TOOL + "exports.all = function () { Object.values(this).forEach((one) => one()); };\n",
    ),
    "by this at the top": hook(TAKES, ONE_BY_ONE + "Object.values(this).forEach((one) => one());\n"),
    "by exports": hook(TAKES, ONE_BY_ONE + "Object.values(exports).forEach((one) => one());\n"),
    "by the module": hook(TAKES, ONE_BY_ONE + "Object.values(module.exports).forEach((one) => one());\n"),
    "by its arguments": hook(TAKES, ONE_BY_ONE + "Object.values(arguments[0]).forEach((one) => one());\n"),
    "the cache": hook(
        TAKES + "Object.values(require.cache).forEach((one) => Object.values(one.exports).forEach((f) => f()));\n"
    ),
    "the children": hook(TAKES + "module.children.forEach((one) => Object.values(one.exports).forEach((f) => f()));\n"),
    "the parent": hook(
        'exports.publish2 = require("./tool").say;\nrequire("./other");\n' + ONE_BY_ONE,
        other="Object.values(module.parent.exports).forEach((one) => one());\n",
    ),
    "the main module": hook(
        TAKES + "process.mainModule.children.forEach((one) => Object.values(one.exports).forEach((f) => f()));\n"
    ),
    "a global": hook(
        TAKES + "Object.values(globalThis.kept).forEach((one) => one());\n",
        TOOL + "globalThis.kept = module.exports;\n",
    ),
    "a global of exports": hook(
        TAKES + "Object.values(global.kept).forEach((one) => one());\n", ONE_BY_ONE + "global.kept = exports;\n"
    ),
    "evaluated": hook(TAKES, TOOL + 'eval("pub" + "lish()");\n'),
    "evaluated by another name": hook(TAKES, TOOL + 'const go = eval;\ngo("pub" + "lish()");\n'),
    "made of a text": hook(TAKES, TOOL + 'new Function("f", "f." + "pub" + "lish()")(module.exports);\n'),
    "made by a constructor": hook('const t = require("./tool");\n(() => 1).constructor("t", "t.pub" + "lish()")(t);\n'),
    "in a machine": hook(
        'const t = require("./tool");\nrequire("vm").runInNewContext("t[\'pub\' + \'lish\']()", { t });\n'
    ),
    "a proxy": hook(
        'const t = new Proxy(require("./tool"), {});\nt.say("a");\nObject.values(t).forEach((one) => one());\n'
    ),
    "a trap": hook(TAKES, TOOL + "const seen = new Proxy({}, { get: publish });\nseen.any;\n"),
    "a getter": hook(
        'require("./tool").now;\n', TOOL.replace("{ say, publish }", "{ say, get now() { return publish(); } }")
    ),
    "a defined getter": hook(
        'require("./tool").now;\n', TOOL + 'Object.defineProperty(module.exports, "now", { get: publish });\n'
    ),
    "a setter": hook(
        'require("./tool").now = 1;\n', TOOL.replace("{ say, publish }", "{ say, set now(x) { publish(); } }")
    ),
    "a getter's own text": hook(
        'require("./tool").now;\n',
        'const { execSync } = require("child_process");\nmodule.exports = {\n  get now() {\n    return execSync("npm publish");\n  },\n};\n',
    ),
    "the prototype": hook(
        'const t = Object.create(require("./tool"));\nObject.values(t.__proto__).forEach((one) => one());\n'
    ),
    "a literal's prototype": hook('const t = { __proto__: require("./tool") };\nfor (const key in t) t[key]();\n'),
    "a text of it": hook('`${require("./tool").targets}`;\n', IN_TABLE.replace("publish()", "toString()")),
    "a number of it": hook(
        '+require("./tool").targets;\n'.replace("+", "1 + "), IN_TABLE.replace("publish()", "valueOf()")
    ),
    "its number": hook('+require("./tool").targets;\n', IN_TABLE.replace("publish()", "valueOf()")),
    "an index": hook('process.env[require("./tool").targets];\n', IN_TABLE.replace("publish()", "toString()")),
    "an index of the module": hook(
        'const tool = require("./tool");\nprocess.env[tool];\n',
        ONE_BY_ONE.replace("exports.publish", "exports.toString"),
    ),
    "as JSON": hook('JSON.stringify(require("./tool").targets);\n', IN_TABLE.replace("publish()", "toJSON()")),
    "awaited": hook(
        '(async () => { await require("./tool").targets; })();\n', IN_TABLE.replace("publish()", "then(done)")
    ),
    "walked": hook('[...require("./tool").targets];\n', IN_TABLE.replace("publish()", "*[Symbol.iterator]()")),
    "a tag": hook('const { publish } = require("./tool");\npublish`now`;\n'),
    "a reviver": hook('JSON.parse("[1]", require("./tool").publish);\n'),
    "a comparator": hook('[1, 2].sort(require("./tool").publish);\n'),
    "a timer": hook('setTimeout(require("./tool").publish, 1);\n'),
    "an event": hook(
        'const { bus } = require("./tool");\nbus.emit("pub" + "lish");\n',
        TOOL
        + 'const { EventEmitter } = require("events");\nexports.bus = new EventEmitter();\nexports.bus.on("publish", publish);\n',
    ),
    "an exit": hook(TAKES, TOOL + 'process.on("exit", publish);\n'),
    "hoisted": hook(TAKES, "publish();\n" + TOOL),
    "a static block": hook(TAKES, TOOL + "class Start {\n  static {\n    publish();\n  }\n}\n"),
    "a static field": hook(TAKES, TOOL + "class Start {\n  static first = publish();\n}\n"),
    "a constructor": hook(TAKES, TOOL + "class Start {\n  constructor() {\n    publish();\n  }\n}\nnew Start();\n"),
    "a class that a method calls": hook(
        TAKES, TOOL + 'class Start {\n  go() {\n    publish();\n  }\n}\nnew Start()["g" + "o"]();\n'
    ),
    "a method of a prototype": hook(TAKES, TOOL + "function S() {}\nS.prototype.go = publish;\nnew S().go();\n"),
    "bound": hook(TAKES, TOOL + "const go = publish.bind(null);\ngo();\n"),
    "a list": hook(TAKES, TOOL + "[say, publish].forEach((one) => one());\n"),
    "a map": hook(TAKES, TOOL + "const all = new Map([[1, publish]]);\nall.get(1)();\n"),
    "assigned to a name": hook(
        TAKES, ONE_BY_ONE.replace("exports.publish =", "let go;\ngo = exports.publish =") + "go();\n"
    ),
    "declared with a name": hook(
        TAKES, ONE_BY_ONE.replace("exports.publish =", "const go = exports.publish =") + "go();\n"
    ),
    "by a module's own export": hook(TAKES, ONE_BY_ONE + 'exports["pub" + "lish"]();\n'),
    "a default export": hook(
        'require("./tool")();\n',
        'const { execSync } = require("child_process");\nmodule.exports = function () {\n  execSync("npm publish");\n};\n',
    ),
    "a list's own way": hook(
        'Object.values(require("./tool").go()[0]).forEach((one) => one());\n', ONE_BY_ONE + "exports.go = [].concat;\n"
    ),
    "a list's own way, kept": hook(
        'Object.values(require("./tool").go()).forEach((one) => one());\n',
        ONE_BY_ONE + "const { reverse } = [];\nexports.go = reverse;\n",
    ),
    "an event's own way": hook(
        'Object.values(require("./tool").go("x", () => 1)).forEach((one) => one());\n',
        ONE_BY_ONE + 'exports.go = new (require("events"))().on;\n',
    ),
    "a list of functions": hook(
        'Object.values(require("./tool").reverse()).forEach((one) => one.call && one());\n',
        "module.exports = [];\n" + ONE_BY_ONE.replace("exports.", "module.exports."),
    ),
    "a list by its name": hook(
        'Object.values(require("./tool").reverse()).forEach((one) => one.call && one());\n',
        "const all = [];\nmodule.exports = all;\n" + ONE_BY_ONE.replace("exports.", "module.exports."),
    ),
    "a class's way": hook(
        'Object.values(require("./tool").on("x", () => 1)).forEach((one) => one.call && one());\n',
        'module.exports = new (require("events"))();\n' + ONE_BY_ONE.replace("exports.", "module.exports."),
    ),
    "a list's own way, given": hook(
        'Object.values(require("./tool").go()).forEach((one) => one());\n',
        ONE_BY_ONE + "((go) => {\n  exports.go = go;\n})([].reverse);\n",
    ),
    "a list's own way, put in": hook(
        'const t = require("./tool");\nt.go = [].reverse;\nObject.values(t.go()).forEach((one) => one());\n', ONE_BY_ONE
    ),
    "a list's own way, taken in": hook(
        'const t = require("./tool");\n[t.go] = [[].reverse];\nObject.values(t.go()).forEach((one) => one());\n',
        ONE_BY_ONE,
    ),
    "a list's own way, in a table": hook(
        'Object.values(require("./tool").targets.go()).forEach((one) => one.call && one());\n',
        IN_TABLE.replace("folder: 1", "go: [].reverse"),
    ),
    "a list's own way, by a getter": hook(
        'Object.values(require("./tool").targets.go()).forEach((one) => one.call && one());\n',
        IN_TABLE.replace("folder: 1", "get go() {\n    return [].reverse;\n  }"),
    ),
    "a text's own way": hook(
        'require("./tool").go();\n',
        ONE_BY_ONE.replace("exports.publish", "exports.toString") + "exports.go = ''.trim;\n",
    ),
    "a class's own member": hook(
        'Object.values(require("./tool").go()).forEach((one) => one());\n',
        "class Tool {\n  static go = [].reverse;\n}\nmodule.exports = Tool;\n"
        + ONE_BY_ONE.replace("exports.", "module.exports."),
    ),
    "a function's own member": hook(
        'Object.values(require("./tool").go()).forEach((one) => one());\n',
        "function tool() {}\ntool.go = [].reverse;\nmodule.exports = tool;\n"
        + ONE_BY_ONE.replace("exports.", "module.exports."),
    ),
    "a defined member": hook(
        'Object.values(require("./tool").go()).forEach((one) => one());\n',
        ONE_BY_ONE + 'Object.defineProperty(exports, "go", { value: [].reverse });\n',
    ),
    "another listing": hook(
        'Object.keys = (all) => Object.values(all).forEach((one) => one());\nObject.keys(require("./tool"));\n'
    ),
    "behind a line's end": hook("#!node\u2028Object.values(require('./tool')).forEach((one) => one());\n" + TAKES),
    "written anew": hook('require("fs").writeFileSync(__dirname + "/tool.js", "x");\n' + TAKES),
    "another program in its place": hook(TAKES + 'process.execve("/usr/bin/node", ["node", "-e", "1"]);\n'),
    "another process": hook(
        TAKES + 'require("child_process").spawnSync("node", ["-e", "require(\'./tool\')[\'pub\' + \'lish\']()"]);\n'
    ),
    "a branch of an argument": {**hook(ASKS), "command": "node install.js publish"},
    "a branch without an argument": {**hook(ASKS), "command": "node install.js"},
    "a branch of an argument that changed": {
        **hook("process.argv[2] = 'x';\n" + ASKS),
        "command": "node install.js --greet",
    },
    "a branch of arguments put before": {
        **hook("process.argv.splice(2, 1);\n" + ASKS),
        "command": "node install.js --greet",
    },
    "a branch of a list that changed": {
        **hook("Array.prototype.slice = () => ['x'];\n" + ASKS),
        "command": "node install.js --greet",
    },
    "a branch of another name": {
        **hook(
            ASKS.replace(
                "tool.say",
                "((first) => {\n  if (first === '--greet') tool.say('');\n  else tool.publish();\n})('x');\n  tool.say",
            )
        ),
        "command": "node install.js --greet",
    },
    "a branch of a second process": {
        **hook('require("child_process").fork(__filename, ["x"]);\n' + ASKS),
        "command": "node install.js --greet",
    },
    "a command beside": {**hook(TAKES), "command": "node install.js && node -e \"require('./tool')['pub'+'lish']()\""},
    "a barrel of another kind": hook(
        'require("./all");\n', all=STAR.replace("return m[k]", "return m[k]()") + "Object.values(exports);\n"
    ),
    "a barrel with another function": hook(
        'require("./all");\n',
        all=STAR.replace(
            "__exportStar(req", "__exportStar = (m) => Object.values(m).forEach((f) => f());\n__exportStar(req"
        ),
    ),
    "a module's star": {
        "install.js": 'import("./all.mjs").then((all) => Object.values(all).forEach((one) => one()));\n',
        "all.mjs": 'export * from "./tool.js";\n',
        "tool.js": TOOL,
    },
    "a module's default": {
        "package.json": '{"name": "a", "version": "1.0.0", "type": "module"}',
        "install.js": 'import * as tool from "./tool.js";\nfor (const key in tool) tool[key]();\n',
        "tool.js": 'import { execSync } from "child_process";\nexport function publish() {\n  execSync("npm publish");\n}\n',
    },
    "a package": hook('require("a-runner").run(require("./tool"));\n'),
    "what cannot be read": hook(TAKES + 'require("./other");\n', other="go = = 1;\n"),
}
RECIPES = "X = 1\nall:\n\techo built\nclean:\n\trm -f a.o\npublish:\n\tnpm publish\n"
BUILDS = RECIPES.replace("echo built", "make -f other.mk")
NAMED = "require('child_process').execSync('make ' + process.env.X);\n"
MADE: Mapping[str, Files] = {
    name: {"command": command, "Makefile": RECIPES}
    for name, command in (("a goal", "make all"), ("two goals", "make clean all"), ("twice", "make all; make clean"))
}
MADE_BY_ANOTHER: Mapping[str, Files] = {
    "without a goal": {"command": "make", "Makefile": RECIPES},
    "by its goal": {"command": "make all publish", "Makefile": RECIPES},
    "by a variable": {"command": "make all; make $X", "Makefile": RECIPES},
    "by an output": {"command": "make all; make $(node a.js)", "Makefile": RECIPES, "a.js": "console.log('publish')"},
    "by a program": {"command": "make all; node a.js", "Makefile": RECIPES, "a.js": NAMED},
    "by a text": {"command": "make all; node a.js", "Makefile": RECIPES, "a.js": "eval(process.env.X)"},
    "as a shell's text": {"command": "make all; sh Makefile", "Makefile": RECIPES},
    "by what a goal needs": {"command": "make all", "Makefile": RECIPES.replace("all:", "all: publish")},
    "by a recipe": {"command": "make all", "Makefile": RECIPES.replace("echo built", "$(MAKE) publish")},
    "by another makefile": {"command": "make all", "Makefile": BUILDS, "other.mk": "include Makefile\n"},
    "by a makefile put in": {"command": "MAKEFILES=a.mk make all", "Makefile": RECIPES, "a.mk": "all: publish\n"},
}
GREETS = {**hook(ASKS), "command": "node install.js --greet"}
PACKAGES = {**HONEST, **MADE, "a branch that is left out": GREETS, **ATTACKS, **MADE_BY_ANOTHER}


def traced(files: Files) -> Inspection:
    command = files.get("command", "node install.js")
    script = a_script(command, {path: text for path, text in files.items() if path != "command"})
    return trace(script, {script.package.artifact.location: script.package})


@pytest.fixture(scope="module")
def inspected() -> Mapping[str, Inspection]:
    """Judge all of them in one start of semgrep."""
    found = Matcher(signatures_directory(), None).match([traced(files) for files in PACKAGES.values()])
    return dict(zip(PACKAGES, found, strict=True))


def grave(inspection: Inspection) -> set[str]:
    return {finding.signature for finding in inspection.findings if finding.severity is Severity.ERROR}


@pytest.mark.semgrep
@pytest.mark.parametrize("name", [*HONEST, *MADE, "a branch that is left out"])
def test_what_nothing_can_call_blocks_no_installation(name: str, inspected: Mapping[str, Inspection]) -> None:
    assert grave(inspected[name]) == set()
    assert any(one.signature == "publishes-packages" for one in inspected[name].findings)


@pytest.mark.semgrep
@pytest.mark.parametrize("name", [*ATTACKS, *MADE_BY_ANOTHER])
def test_what_something_may_call_blocks(name: str, inspected: Mapping[str, Inspection]) -> None:
    assert "publishes-packages" in grave(inspected[name])
