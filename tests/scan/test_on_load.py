"""What of a module runs when it is loaded, and which modules a bundle holds."""

from __future__ import annotations

import pytest

from safe_install.scan.javascript.on_load import waiting_lines
from safe_install.scan.match.bundled import LEAST, modules_of

FUNCTION = b"function send() {\n  go();\n}\n"


def waits(source: bytes) -> bool:
    """Tell whether the line with ``go()`` waits for a caller."""
    line = source[: source.index(b"go()")].count(b"\n") + 1
    return any(first <= line <= last for first, last in waiting_lines(source))


@pytest.mark.parametrize(
    "source",
    [
        FUNCTION,
        FUNCTION + b"exports.send = send;",
        FUNCTION + b"module.exports = { send, other: send };",
        b"export " + FUNCTION,
        b"exports.send = function () {\n  go();\n};",
        b"class Sender {\n  send() {\n    go();\n  }\n}\nmodule.exports = new Sender();",
        FUNCTION + b"function other() {\n  send();\n}\n",
        FUNCTION + b"console.log('send');",
    ],
)
def test_what_is_only_offered_waits(source: bytes) -> None:
    assert waits(source)


@pytest.mark.parametrize(
    "source",
    [
        b"{\n  go();\n}",
        FUNCTION + b"send();",
        FUNCTION + b"function other() {\n  send();\n}\nother();",
        FUNCTION + b"setTimeout(send, 1);",
        FUNCTION + b"exports.sent = send();",
        FUNCTION + b"module.exports = { sent: send() };",
        FUNCTION + b"const tools = { run: send };\ntools.run();",
        b"const tools = { run() {\n  go();\n} };\ntools['run']();",
        b"(function () {\n  go();\n})();",
        b"(async () => {\n  go();\n})();",
        b"[1].forEach(() => {\n  go();\n});",
        b"const send = () => {\n  go();\n};\nsend();",
        b"class Sender {\n  constructor() {\n    go();\n  }\n}\nnew Sender();",
        b"class Sender {\n  static {\n    go();\n  }\n}",
        b"class Sender {\n  constructor() {\n    this.send();\n  }\n  send() {\n    go();\n  }\n}\nexports.one = new Sender();",
        b"function send() { if (x) {\n go(); }",
    ],
)
def test_what_loading_calls_does_not_wait(source: bytes) -> None:
    assert not waits(source)


def table(count: int, text: str) -> bytes:
    modules = ",\n".join(
        f"{number}: (module) => {{\n{text.format(number=number)}\n}}" for number in range(100, 100 + count)
    )
    return f"load({{\n{modules}\n}}, 100);".encode()


def test_a_bundle_is_as_many_files_as_it_has_modules() -> None:
    around, *modules = modules_of(table(LEAST, "load({number});"))
    assert len(modules) == LEAST
    assert around.names == {1}
    assert (modules[1].first, modules[1].last) == (5, 7)


def test_a_module_names_those_that_it_loads() -> None:
    modules = modules_of(table(LEAST, "load(103); load(999);"))
    assert {module.names for module in modules[1:]} == {frozenset({4})}


@pytest.mark.parametrize("source", [table(LEAST - 1, ""), table(LEAST, "").replace(b"\n", b" "), b"const a = {"])
def test_what_cannot_be_told_apart_is_one_file(source: bytes) -> None:
    assert modules_of(source) == ()


def test_an_object_of_functions_is_no_bundle() -> None:
    functions = ",\n".join(f"  part{number}: function () {{\n    go();\n  }}" for number in range(LEAST))
    assert modules_of(f"const parts = {{\n{functions}\n}};".encode()) == ()


def test_a_member_names_a_module_too() -> None:
    modules = ",\n".join(f'"part{number}": function () {{\n  go();\n}}' for number in range(LEAST))
    around, *_ = modules_of(f"const parts = {{\n{modules}\n}};\nparts.part2(parts['part3']());".encode())
    assert around.names == {3, 4}


def test_esbuilds_modules_are_told_by_their_variables() -> None:
    text = "".join(
        f'var require_p{number} = __commonJS({{\n  "lib/p{number}.js"(exports, module) {{\n    go();\n  }}\n}});\n'
        for number in range(LEAST)
    )
    around, *modules = modules_of(f"{text.replace('go()', 'require_p5()', 2)}require_p1();\n".encode())
    assert around.names == {2}
    assert [modules[0].names, modules[2].names] == [{6}, frozenset()]
