"""Which listings of the environment take nothing but what npm itself set."""

from __future__ import annotations

import pytest

from safe_install.scan.javascript.own_settings import lines_of_own_settings

EACH = "Object.keys(process.env).forEach(function (name) {{\n  {0}\n  options[name] = process.env[name];\n}});"
KEPT = "Object.keys(process.env).filter({0}).forEach(take);"
PREFIX = "var npm_config_prefix = 'npm_config_';\n"


def own(text: str) -> bool:
    return bool(lines_of_own_settings(text.encode()))


@pytest.mark.parametrize(
    "text",
    [
        EACH.format("if (name.indexOf('npm_config_') !== 0) return;"),
        EACH.format("if (!name.startsWith('npm_config_acme_')) { return; }"),
        PREFIX + EACH.format("if (name.indexOf(npm_config_prefix) !== 0) return;"),
        KEPT.format("(name) => name.startsWith('npm_package_config_')"),
        KEPT.format("name => name.indexOf('npm_config_') === 0"),
        KEPT.format("function (name) { return name.startsWith('npm_lifecycle_'); }"),
    ],
)
def test_what_npm_set_is_taken_by_its_beginning(text: str) -> None:
    assert own(text)


@pytest.mark.parametrize(
    "text",
    [
        EACH.format("take(name);"),
        EACH.format("if (name.indexOf('npm_config_') === 0) return;"),
        EACH.format("if (name.indexOf('npm_config_') !== 1) return;"),
        EACH.format("if (name.indexOf('') !== 0) return;"),
        EACH.format("if (name.indexOf('NPM_') !== 0) return;"),
        EACH.format("if (name.indexOf(process.argv[2]) !== 0) return;"),
        EACH.format("if (other.indexOf('npm_config_') !== 0) return;"),
        EACH.format("if (name.indexOf('npm_config_') !== 0) take(name);"),
        EACH.format("if (name.indexOf('npm_config_') !== 0) return take(process.env[name]);"),
        EACH.format("if (name.indexOf('npm_config_') !== 0) return; else take(name);").replace("else", "\n  else"),
        EACH.format("take(name); if (name.indexOf('npm_config_') !== 0) return;"),
        EACH.format("if (name.indexOf('npm_config_') !== 0) return;").replace("(name)", "(name, at, all)"),
        EACH.format("if (name.indexOf('npm_config_') !== 0) return take(arguments[2]);"),
        EACH.format("if (name.indexOf('npm_config_') !== 0) return;\n  take(arguments[2]);"),
        PREFIX + "npm_config_prefix = '';\n" + EACH.format("if (name.indexOf(npm_config_prefix) !== 0) return;"),
        KEPT.format("(name) => !name.startsWith('npm_config_')"),
        KEPT.format("(name) => name.startsWith('npm_config_') || name.includes('TOKEN')"),
        KEPT.format("(name, at, all) => name.startsWith('npm_config_')"),
        KEPT.format("(name = all) => name.startsWith('npm_config_')"),
        KEPT.format("take"),
        "const all = Object.keys(process.env);",
        "take(Object.keys(process.env).forEach);",
        "Object.keys(process.env).map((name) => name.startsWith('npm_config_'));",
    ],
)
def test_what_takes_more_is_not(text: str) -> None:
    assert not own(text)
