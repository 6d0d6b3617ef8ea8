"""Where gyp's actions put what they generate is known: below build/, where nothing of the package is."""

from __future__ import annotations

import pytest

from tests.builders import Files
from tests.scan.trees import inspect, kinds

COPY = (
    "const to = process.argv[2]; for (const one of f()) require('fs').copyFileSync(one, require('path').join(to, one))"
)
ACTIONS = "{'targets': [{'target_name': 'a', 'actions': [{'action': ['node', 'copy.js', 'TO']}, {'action': ['node', 'b.js']}]}]}"
FILES: Files = {"binding.gyp": ACTIONS.replace("TO", "<(SHARED_INTERMEDIATE_DIR)/a"), "copy.js": COPY, "b.js": ""}


def test_what_is_generated_replaces_no_file_of_the_package() -> None:
    assert not inspect("node-gyp rebuild", FILES).gaps


@pytest.mark.parametrize(
    "files",
    [
        {"binding.gyp": ACTIONS.replace("TO", "<(OTHER)/a")},
        {"binding.gyp": ACTIONS.replace("TO", ".")},
        {
            "binding.gyp": "{'variables': {'SHARED_INTERMEDIATE_DIR': ''}, "
            + str(FILES["binding.gyp"])[1:].replace("/a", "")
        },
        {
            "binding.gyp": ACTIONS.replace("TO", "<(SHARED_INTERMEDIATE_DIR)/a").replace(
                "'b.js'", "'<(SHARED_INTERMEDIATE_DIR)/a/b.js'"
            ),
            "build/Release/obj/gen/a/b.js": "",
        },
        {
            "binding.gyp": ACTIONS.replace("TO", "<(SHARED_INTERMEDIATE_DIR)/a").replace(
                "'b.js'", "'<(SHARED_INTERMEDIATE_DIR)/a/b.js'"
            )
        },
    ],
)
def test_what_may_be_put_elsewhere_or_run_from_there_is_a_gap(files: Files) -> None:
    assert kinds(inspect("node-gyp rebuild", {**FILES, **files}))
