"""What a gyp file asks the package's own code is a word only where that code can give nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from safe_install.model import BoundaryKind, Event, Inspection, LifecycleScript
from safe_install.scan.reach.reach import trace
from tests.builders import Files, a_manifest, a_package, an_artifact

LIB = """
const detectLibc = require('detect-libc');
const { optionalDependencies } = require('../package.json');
const libc = () => detectLibc.isNonGlibcLinuxSync() ? detectLibc.familySync() : '';
const platform = () => {
  const { npm_config_arch, npm_config_platform } = process.env;
  return `${npm_config_platform || process.platform}${libc()}-${npm_config_arch || process.arch}`;
};
module.exports = { platform, libc };
"""
ASKS = "node -p \\\"require('../lib/x').platform()\\\""
DATA = "node -p \\\"require('../package.json').optionalDependencies['@a/b-<(p)']\\\""
INSTALL = "node-gyp rebuild -C src"


def traced(command: str, lib: str, *, data: str = DATA, asks: str = ASKS, more: Files | None = None) -> Inspection:
    """Trace a package whose src/binding.gyp asks lib/x.js and puts the answer into a question to data."""
    gyp = f"{{'variables': {{'p': \"<!({asks})\", 'v': \"<!({data})\"}}}}"
    manifest = a_manifest(dependencies={"detect-libc": "^2.0.0"}, optionalDependencies={"@a/b-linux-x64": "1.0.0"})
    files = {"package.json": manifest, "src/binding.gyp": gyp, "lib/x.js": lib, "evil.js": "", **(more or {})}
    package = a_package(files, an_artifact())
    script = LifecycleScript(package=package, event=Event.INSTALL, command=command)
    return trace(script, {package.artifact.location: package}, lone=True)


def gaps(inspection: Inspection) -> list[str]:
    return [gap.detail for gap in inspection.gaps]


def test_a_word_that_a_function_gives_chooses_among_data() -> None:
    assert gaps(traced(INSTALL, LIB)) == []


@pytest.mark.parametrize(
    "lib",
    [
        LIB.replace("${libc()}", "']);require('child_process').exec('node evil.js');('"),
        LIB.replace("${libc()}", "${Buffer.from('eCcp', 'base64')}"),
        LIB.replace("${libc()}", "${require('fs').readFileSync('x')}"),
        LIB.replace("${libc()}", "${process.env.npm_package_config_x}"),
        LIB.replace("require('detect-libc')", "require('./more')"),
        LIB.replace("require('detect-libc')", "f()"),
        LIB + "detectLibc = f();",
        LIB + "module.exports.platform = f;",
        LIB + "platform = f;",
        LIB.replace("{ platform, libc }", "{ platform: f, libc }"),
        LIB.replace("{ platform, libc }", "{ ...f, platform }"),
        LIB.replace("const detectLibc", "const process = f(); const detectLibc"),
        LIB.replace("platform = () =>", "platform = (x) =>").replace("${libc()}", "${x}"),
        LIB + "eval(x);",
        LIB + "require('./more');",
        LIB + "process.env.npm_config_arch = f();",
        LIB + "Object.assign(process.env, {npm_config_arch: f()});",
    ],
)
def test_an_answer_that_may_be_more_than_a_word_is_a_gap(lib: str) -> None:
    assert gaps(traced(INSTALL, lib, more={"lib/more.js": ""}))


@pytest.mark.parametrize(
    ("command", "data"),
    [
        (INSTALL, DATA.replace("require('../package.json')", "require('../lib/x')")),
        (INSTALL, DATA.replace("['@a/b-<(p)']", "['a'] || '<(p)'")),
        (INSTALL, "node -p \\\"eval({'linux-x64': 'evil()'}['<(p)'] || '1')\\\""),
        (INSTALL, "node -p \\\"require('../<(p)')\\\""),
        (INSTALL, "node ../steps/<(p).js"),
        (INSTALL, "<(p)"),
        ("npm_config_arch=$X node-gyp rebuild -C src", DATA),
        ('export npm_config_arch="\'])"; node-gyp rebuild -C src', DATA),
        ("env npm_config_arch=x node-gyp rebuild -C src", DATA),
    ],
)
def test_a_word_is_known_nowhere_else_and_not_where_somebody_sets_it(command: str, data: str) -> None:
    assert gaps(traced(command, LIB, data=data))


# ------------------------------------------------------------------ modules that nobody declares


def a_loader(text: str, *others: str, lone: bool = True, **manifest: Any) -> Inspection:  # noqa: ANN401 - keys of a manifest
    package = a_package({"package.json": a_manifest(**manifest), "a.js": text}, an_artifact())
    beside = [a_package({"package.json": a_manifest(name), "index.js": ""}, an_artifact(name)) for name in others]
    script = LifecycleScript(package=package, event=Event.INSTALL, command="node a.js")
    return trace(script, {one.artifact.location: one for one in (package, *beside)}, lone=lone)


CAUGHT = "try { require('@kin/of-' + process.platform) } catch {}"


def test_a_module_of_the_developers_is_a_library_that_was_not_read() -> None:
    inspection = a_loader("require('tool')", devDependencies={"tool": "^1.0.0"})
    assert gaps(inspection) == []
    assert [one.kind for one in inspection.boundaries] == [BoundaryKind.LIBRARY]
    assert gaps(a_loader("require('tool')", devDependencies={"tool": "git+https://x.test/y"}))
    assert gaps(a_loader("require('tool')"))


def test_kin_that_may_be_absent_is_told_or_read() -> None:
    assert [one.kind for one in a_loader(CAUGHT).boundaries] == [BoundaryKind.LIBRARY]
    here = a_loader(CAUGHT, "@kin/of-linux", "@kin/other", lone=False)
    assert {file.package for file in here.files} == {"example", "@kin/of-linux"}
    assert gaps(here) == []


@pytest.mark.parametrize(
    "text", ["require('@kin/of-' + process.platform)", "require(`@kin/${process.platform}-${process.arch}/bin/x`)"]
)
def test_a_name_of_which_only_the_machine_is_open_is_followed_to_whatever_bears_it(text: str) -> None:
    assert [one.kind for one in a_loader(text).boundaries] == [BoundaryKind.LIBRARY]
    here = a_loader(text.replace("bin/x", ""), "@kin/of-linux", "@kin/linux-x64", "other", lone=False)
    assert "@kin/of-linux" in {file.package for file in here.files} or "@kin/linux-x64" in {
        file.package for file in here.files
    }
    assert gaps(here) == []


def test_a_module_that_nobody_declares_is_told_where_its_failure_is_caught_and_no_tree_is_known() -> None:
    caught = "try { require('tool') } catch {}"
    assert [one.kind for one in a_loader(caught).boundaries] == [BoundaryKind.LIBRARY]
    assert gaps(a_loader(caught)) == []
    assert {file.package for file in a_loader(caught, "tool", lone=False).files} == {"example", "tool"}


ANY_MANIFEST = "for (const name of names) console.log(require(`${name}/package.json`).version)"


@pytest.mark.parametrize("text", [ANY_MANIFEST, "require(process.env.npm_package_json || './package.json')"])
def test_some_packages_manifest_is_data(text: str) -> None:
    assert gaps(a_loader(text)) == []


def test_no_manifest_is_data_where_another_package_has_code_in_its_place() -> None:
    package = a_package({"package.json": a_manifest(), "a.js": ANY_MANIFEST}, an_artifact())
    other = a_package({"package.json": a_manifest("o"), "x/package.json.js": "evil()"}, an_artifact("o"))
    script = LifecycleScript(package=package, event=Event.INSTALL, command="node a.js")
    assert gaps(trace(script, {one.artifact.location: one for one in (package, other)}))


@pytest.mark.parametrize(
    "text",
    [
        "require(`${name}/evil.json.js`)",
        "require('fs').writeFileSync(place, 'evil()');" + ANY_MANIFEST,
        "require('fs').writeFileSync('/tmp/a/package.json.js', 'evil()');" + ANY_MANIFEST,
        "require('child_process').execSync('tar -xf a.tgz');" + ANY_MANIFEST,
        "process.env.npm_package_json = './evil.js'; require(process.env.npm_package_json)",
        "process.env[x] = './evil.js'; require(process.env.npm_package_json)",
    ],
)
def test_a_manifest_in_whose_place_code_may_come_is_a_gap(text: str) -> None:
    assert gaps(a_loader(text))


@pytest.mark.parametrize(
    "text",
    [
        "require('@kin/of-' + process.env.X)",
        "require('@kin/' + process.env.X)",
        "try { require('@kin/' + process.env.X) } catch {}",
        "const process = {platform: '../evil'}; require('@kin/of-' + process.platform)",
        "require('ki' + process.platform)",
        "try { require(process.env.X) } catch {}",
        "try { require('@kin/of-' + f()) } catch {}",
        "try { require('@kin/of/' + process.platform) } catch {}",
    ],
)
def test_a_computed_module_that_may_be_any_is_a_gap(text: str) -> None:
    assert gaps(a_loader(text))
