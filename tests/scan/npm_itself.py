"""Ask npm's own modules, in one node process per question: what they do is the truth our readers are held to."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest


def answered(command: Sequence[str], question: object) -> Any:  # noqa: ANN401 - the answer is JSON
    """Ask a program: the question is a file, for node reads no large one from a pipe (EAGAIN)."""
    with tempfile.TemporaryFile() as asked:
        asked.write(json.dumps(question).encode())
        asked.seek(0)
        answer = subprocess.run(command, stdin=asked, stdout=subprocess.PIPE, check=True, timeout=300)
    return json.loads(answer.stdout)


def npm_itself(script: str, question: object, *arguments: str) -> Any:  # noqa: ANN401 - the answer is JSON
    """Run a script of the tests with npm's folder and the arguments; question and answer are JSON."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("npm is not installed")
    folder = Path(npm).resolve().parent.parent
    return answered([node, str(Path(__file__).parent.parent / script), str(folder), *arguments], question)
