"""The Python that npm's settings name runs a gyp action; where somebody here may name another, that is a gap."""

from __future__ import annotations

import pytest

from safe_install.model import BoundaryKind
from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds, reached

ASKS = r"""'<!(node -p "process.env.npm_config_python || \\"python\\"")'"""
ACTION = "{'targets': [{'target_name': 'a', 'actions': [{'action': [PROGRAM, './x.py', '<(OUT)']}]}]}"
FILES: Files = {"binding.gyp": ACTION.replace("PROGRAM", ASKS), "x.py": "print(1)"}


def test_the_python_of_npms_settings_reads_the_file_that_it_is_given() -> None:
    inspection = inspect("node-gyp rebuild", FILES)
    assert not inspection.gaps
    assert reached(inspection) == {"binding.gyp", "x.py"}
    told = [end.detail for end in inspection.boundaries if end.kind is BoundaryKind.RUNS_NATIVE]
    assert told == ["runs what npm_config_python of the environment names, where that is set"]


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("npm_config_python=./evil node-gyp rebuild", {}),
        ("export npm_config_python=./evil && node-gyp rebuild", {}),
        ("node a && node-gyp rebuild", {"a.js": "process.env.npm_config_python = './evil'"}),
        ("node a && node-gyp rebuild", {"a.js": "process.env[k] = './evil'"}),
        ("sh a.sh", {"a.sh": "export npm_config_python=./evil\nnode-gyp rebuild"}),
        ("node-gyp rebuild", {"x.py": "import os; os.environ['npm_config_python'] = './evil'"}),
        ("node-gyp rebuild", {".env": "npm_config_python=./evil"}),
        ("node-gyp rebuild", {"binding.gyp": ACTION.replace("PROGRAM", ASKS.replace("npm_config_python", "EVIL"))}),
        ("node-gyp rebuild", {"binding.gyp": ACTION.replace("PROGRAM", ASKS.replace("npm_config", "npm_package"))}),
        ("node-gyp rebuild", {"binding.gyp": ACTION.replace("PROGRAM", ASKS.replace('"python', '"./python'))}),
        ("node-gyp rebuild", {"binding.gyp": ACTION.replace("PROGRAM", ASKS.replace("||", "&&"))}),
        ("node-gyp rebuild", {"x.py": "exec(x)"}),
    ],
)
def test_another_program_that_somebody_here_may_name_is_a_gap(command: str, files: Files) -> None:
    assert kinds(inspect(command, {**FILES, **files}))


@pytest.mark.parametrize(("name", "found"), [("node-pre-gyp", set()), ("build-tool", {"dynamic"})])
def test_a_known_program_hands_its_environment_on_and_names_no_python_in_it(name: str, found: set[str]) -> None:
    code = "#!/usr/bin/env node\nObject.assign(process.env, x)\n"
    tool = beside(name, {"b.js": code}, bin={name: "b.js"})
    binary = {"module_name": "x", "module_path": "build/Release", "host": "https://github.com/x/x/releases"}
    manifest = {"binary": binary, "dependencies": {name: "1"}}
    inspection = inspect(f"{name} install && node-gyp rebuild", FILES, tool, **manifest)
    assert kinds(inspection) == found
