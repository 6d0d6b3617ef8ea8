"""Files that a script reads as data: what it evaluates of them is followed, and what it takes from them is known."""

from __future__ import annotations

from safe_install.model import GapKind, Inspection, Language
from safe_install.scan.match.facts import facts_of
from safe_install.scan.reach.reach import trace
from tests.builders import Files, a_script


def of(files: Files, command: str = "node a.js") -> Inspection:
    script = a_script(command, files)
    return trace(script, {script.package.artifact.location: script.package})


def reached(inspection: Inspection) -> dict[str, Language]:
    return {file.path: file.language for file in inspection.files if not file.inline}


def facts(inspection: Inspection) -> set[str]:
    return {shown.name for shown in facts_of(inspection, {})}


def test_a_file_that_is_evaluated_is_read_as_code() -> None:
    files = {
        "a.js": 'const fs = require("fs");\nrequire("vm").runInThisContext(fs.readFileSync(__dirname + "/b.txt", "utf8"));',
        "b.txt": 'require("child_process").exec("curl x");',
    }
    inspection = of(files)
    assert reached(inspection)["b.txt"] is Language.JAVASCRIPT
    assert inspection.behaviours.programs == ("curl", "node")


def test_a_file_that_is_evaluated_and_missing_is_a_gap() -> None:
    inspection = of({"a.js": 'eval(require("fs").readFileSync("b.js", "utf8"));'})
    assert {gap.kind for gap in inspection.gaps} == {GapKind.MISSING}


def test_json_that_is_read_is_reached() -> None:
    files = {"a.js": 'JSON.parse(require("fs").readFileSync(__dirname + "/b.json"));', "b.json": "{}"}
    assert reached(of(files))["b.json"] is Language.JSON


def test_a_command_in_a_table_is_known() -> None:
    files = {
        "a.js": 'const { run } = require("./b.json");\nrequire("child_process").execSync(run);',
        "b.json": '{"run": "curl https://a.example.test/"}',
    }
    inspection = of(files)
    assert inspection.behaviours.programs == ("curl", "node")
    assert reached(inspection)["b.json"] is Language.JSON


def test_a_script_is_read_whichever_interpreter_runs_it() -> None:
    files = {
        "a.js": 'for (const p of process.argv) require("child_process").spawn(p, ["b.py"]);',
        "b.py": "print(1)",
    }
    assert reached(of(files))["b.py"] is Language.PYTHON


def test_a_file_that_is_copied_to_git_s_hooks_is_read() -> None:
    assert (
        reached(of({"hook": "#!/bin/sh\ntrue\n"}, 'cp hook "$INIT_CWD/.git/hooks/pre-push"'))["hook"] is Language.SHELL
    )


def test_text_that_is_partly_written_where_it_is_evaluated_is_told_apart() -> None:
    told = {
        "eval(process.env.CODE)": "fact:evaluates-unseen",
        "eval(`(function(){${process.env.CODE}})`)": "fact:evaluates-unseen",
        "eval(`const total = ${process.env.CODE} + other`)": "fact:evaluates-assembled",
    }
    for text, fact in told.items():
        assert {name for name in facts(of({"a.js": text})) if name.startswith("fact:evaluates")} == {fact}


def test_only_what_gets_new_contents_counts_as_written() -> None:
    assert "fact:writes-to:neighbour" in facts(of({}, "cp a.js ../other/index.js"))
    assert "fact:writes-to:neighbour" in facts(of({}, "sed -i s/a/b/ ../other/index.js"))
    assert "fact:writes-to:neighbour" not in facts(of({}, "chmod +x ../other/run.sh"))
