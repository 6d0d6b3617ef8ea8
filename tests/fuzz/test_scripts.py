"""Whatever stands behind the first line of a script, what that line runs is reached, or something is told as unseen.

The first line runs before anything that follows it can matter, so the rest may be as broken or as hostile as it likes.
"""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import example, given
from hypothesis import strategies as st

from safe_install.model import Inspection, Language
from safe_install.scan.gyp.gyp import read_gyp
from safe_install.scan.match.normalise import normalise
from safe_install.scan.python.python import read_python
from safe_install.scan.reach.reach import trace
from safe_install.scan.shell.cmake_files import read_cmake
from safe_install.scan.shell.makefiles import read_makefile
from safe_install.scan.unfold.unfold import unfold
from safe_install.scan.windows.batch import read_batch
from safe_install.scan.windows.powershell import read_powershell
from tests.builders import a_script
from tests.fuzz.bounds import tried, within_bounds
from tests.fuzz.inputs import mutated, seeds

SHELL_SIGNS = (
    " && ",
    " || ",
    " | ",
    "; ",
    "$x",
    "$(echo a)",
    "`a`",
    "<<E\n",
    "\nE\n",
    "if ",
    "fi",
    "do ",
    "done",
    "{ ",
    "}",
    "case ",
    "esac",
    "eval ",
    "set -- ",
    "exec ",
    "trap ",
)
CMD_SIGNS = (
    " & ",
    " && ",
    "%x%",
    "!x!",
    "^",
    "(",
    ")",
    "if ",
    "for %%a in (",
    "call ",
    "goto :eof",
    "@echo off\r\n",
    "rem ",
    ":label\r\n",
    "setlocal enabledelayedexpansion\r\n",
)
JAVASCRIPT_SIGNS = (
    "require(",
    "import(",
    "eval(",
    "${",
    "`",
    "/*",
    "*/",
    "//",
    "\\u0061",
    "=>",
    "...",
    "await ",
    "class A {",
    "/[/]/",
    "?.",
    "<!--",
    "-->",
    "new Function(",
    "process.env.",
    ".call(",
    "async ",
)
COMMANDS = seeds("tests/fuzz/seeds/command/*")
JAVASCRIPT = seeds("signatures/*/*.js", "tests/clean/*.js")
SHELL = (*COMMANDS, *seeds("signatures/*/*.sh", "tests/clean/*.sh"))
BATCH = seeds("signatures/*/*.bat", "tests/fuzz/seeds/command/windows.txt")
POWERSHELL = seeds("signatures/*/*.ps1")
PYTHON = seeds("signatures/*/*.py")
MAKEFILES = seeds("tests/fuzz/seeds/makefile/*")
GYP = seeds("tests/fuzz/seeds/gyp/*", "tests/clean/*.gyp", "signatures/*/*.gyp")
PAYLOADS = {"payload.js": "", "payload.sh": "", "payload.bat": "", "payload.ps1": "", "payload.py": ""}


def traced(command: str, files: Mapping[str, str]) -> Inspection:
    """Follow a command among files, within the bounds of time and memory."""
    contents = {path: text.encode(errors="surrogatepass") for path, text in files.items()}
    script = a_script(command or "x", {**PAYLOADS, **contents})
    with within_bounds():
        return trace(script, {"node_modules/example": script.package})


def sees(payload: str, command: str, files: Mapping[str, str]) -> bool:
    """Tell whether the payload is reached, or that something could not be seen is told."""
    inspection = traced(command, files)
    return bool(inspection.gaps) or payload in {file.path for file in inspection.files}


@given(mutated(SHELL, SHELL_SIGNS))
@example("sh() { :; }\n" * 3_000)
@example("a|" * 32_000)
@tried(150)
def test_a_command(text: str) -> None:
    assert sees("payload.sh", f"sh payload.sh\n{text}", {})


@given(mutated(SHELL, SHELL_SIGNS))
@tried(100)
def test_a_shell_script(text: str) -> None:
    assert sees("payload.sh", "sh a.sh", {"a.sh": f"sh ./payload.sh\n{text}"})


@given(mutated(JAVASCRIPT, JAVASCRIPT_SIGNS))
@example("[" * 50_000)
@example("`${" * 5_000)
@tried(200)
def test_javascript(text: str) -> None:
    assert sees("payload.js", "node a.mjs", {"a.mjs": f"import './payload.js';\n{text}"})
    with within_bounds():
        unfold(text.encode(errors="surrogatepass"), Language.JAVASCRIPT)
        normalise(text.encode(errors="surrogatepass"), Language.JAVASCRIPT)


@given(mutated(JAVASCRIPT, JAVASCRIPT_SIGNS))
@tried(100)
def test_javascript_in_a_command(text: str) -> None:
    assert sees("payload.js", f"node -e \"import('./payload.js')\"; node -e '{text}'", {})


@given(mutated(PYTHON, ("import ", "exec(", "__import__('", "\\N{DIGIT ONE}", '"""', "    ", "lambda: ", "(" * 90)))
@example("(" * 5_000)
@tried(80)
def test_python(text: str) -> None:
    assert sees("payload.py", "python3 a.py", {"a.py": f"import payload\n{text}"})
    with within_bounds():
        read_python(text.encode(errors="surrogatepass"), "a.py")


@given(mutated(BATCH, CMD_SIGNS))
@tried(100)
def test_a_batch_file(text: str) -> None:
    assert sees("payload.bat", "cmd /c a.bat", {"a.bat": f"call payload.bat\r\n{text}"})
    with within_bounds():
        read_batch(text, "a.bat")


@given(mutated(POWERSHELL, ("iex ", "& ", "$x = ", "-join", "@'\n", "'@\n", "`n", "| ", "{", "}", "[char]65", "-f ")))
@tried(80)
def test_powershell(text: str) -> None:
    assert sees("payload.ps1", "powershell -File a.ps1", {"a.ps1": f"& ./payload.ps1\n{text}"})
    with within_bounds():
        read_powershell(text)


@given(
    mutated(
        MAKEFILES,
        (
            "\n\t",
            ":= ",
            "$(shell ",
            "$(eval ",
            "$(call x,",
            "define x\n",
            "endef\n",
            "ifeq (",
            "\\\n",
            ".ONESHELL:\n",
            "include ",
        ),
    )
)
@tried(100)
def test_a_makefile(text: str) -> None:
    assert sees("payload.sh", "make", {"Makefile": f"all:\n\tsh payload.sh\n{text}"})
    with within_bounds():
        read_makefile(text)
        read_cmake(text)


@given(
    mutated(
        GYP,
        ("<!(", "<!@(", ">(", "<|(", "'+'", "#", "'''", "{", "'includes': [", "'actions': [", "'target_defaults': {"),
    )
)
@example("[" * 5_000)
@tried(100)
def test_gyp(text: str) -> None:
    traced("node-gyp rebuild", {"binding.gyp": text})
    with within_bounds():
        read_gyp(text)


@given(
    st.lists(st.sampled_from([*JAVASCRIPT, *SHELL, *PYTHON]), min_size=2, max_size=4), mutated(COMMANDS, SHELL_SIGNS)
)
@tried(80)
def test_files_that_lead_to_one_another(texts: list[str], command: str) -> None:
    names = ["install.js", "src/build.sh", "a", "b.bat"]
    traced(
        command,
        {
            name: f"{text}\nrequire('./{names[at - 1]}')"
            for at, (name, text) in enumerate(zip(names, texts, strict=False))
        },
    )
