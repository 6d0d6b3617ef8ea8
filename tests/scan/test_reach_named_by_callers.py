"""A function that loads the module it is given loads what its callers name, if they plainly name everything."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import beside, inspect, kinds, reached

HOLDER = "function load(name) {\n  try {\n    return require(name)\n  } catch (e) {\n    return undefined\n  }\n}\n"
GIVES = f"{HOLDER}module.exports.load = load\n"
ASKS = "const { load } = require('./utils')\nconst found = load('vue')\n"
PLAIN: Files = {"utils.js": GIVES, "a.js": ASKS, "README.md": "# require('x') this\n"}


def test_what_all_callers_name_is_followed() -> None:
    vue = beside("vue", {"index.js": "require(x)"})
    inspection = inspect("node a.js", PLAIN, vue)
    assert not inspection.gaps
    assert "vue:index.js" in reached(inspection)
    assert not inspect("node a.js", {**PLAIN, "utils.js": f"{HOLDER}module.exports = {{ load, other }}\n"}, vue).gaps


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("node a.js", {"a.js": f"{ASKS}load('./evil')"}),
        ("node a.js", {"a.js": f"{ASKS}load(process.argv[2])"}),
        ("node a.js", {"a.js": f"{ASKS}load('/tmp/x')"}),
        ("node a.js", {"a.js": f"{ASKS}load.call(0, './evil.txt')"}),
        ("node a.js", {"a.js": f"{ASKS}['./evil.txt'].map(load)"}),
        ("node a.js", {"a.js": f"{ASKS}lo\\u0061d('./evil.txt')"}),
        ("node a.js", {"a.js": f"{ASKS}require('./utils').load('./evil.txt')"}),
        ("node a.js", {"a.js": f"{ASKS}const u = require('./utils'); u['lo' + 'ad']('./evil.txt')"}),
        ("node a.js", {"a.js": f"{ASKS}const {{ ...u }} = require('./utils'); Object.values(u)[0]('./evil.txt')"}),
        ("node a.js", {"a.js": f"{ASKS}for (const f of Object.values(require('./ut' + 'ils'))) f('./evil.txt')"}),
        ("node a.js", {"a.js": f"{ASKS}require('./b.dat')", "b.dat": "require('./utils')['lo' + 'ad']('./evil.txt')"}),
        ("node a.js", {"utils.js": f"{HOLDER}module.exports.load = load\nmodule.exports.other = module.exports\n"}),
        ("node a.js", {"utils.js": f"{GIVES}const again = [module][0]['exports']; again.load('./evil.txt')"}),
        ("node a.js", {"utils.js": GIVES.replace("(name) {", "(name) { name = './evil.txt';")}),
        ("node a.js && node -e \"require('./utils')['lo' + 'ad']('./evil.txt')\"", {}),
        ("node a.js && sh b", {"b": "node -e \"require('./utils')['lo' + 'ad']('./evil.txt')\""}),
        ("node a.mjs", {"a.mjs": "import * as u from './utils.js'; u.default['lo' + 'ad']('./evil.txt')"}),
    ],
)
def test_any_other_road_to_the_function_leaves_the_module_unknown(command: str, files: Files) -> None:
    vue = beside("vue", {"index.js": ""})
    assert kinds(inspect(command, {**PLAIN, "evil.txt": "evil()", **files}, vue, scripts={"postinstall": command}))
