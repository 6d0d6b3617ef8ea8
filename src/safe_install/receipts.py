"""The last receipt beside node_modules: kept, sealed with a key that no project holds, shown, and checked against the tree."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from safe_install.errors import SafeInstallError
from safe_install.gathering import gather
from safe_install.project import find_root, open_project
from safe_install.report.receipt import SCHEMA, Receipt, receipt_of
from safe_install.run.built import own_key, recall, unexplained
from safe_install.run.compare import Difference, compare
from safe_install.story import Report
from safe_install.subjects import project_subject
from safe_install.tools import Tools, own_cache
from safe_install.whole_files import replace_file

NAME = "node_modules/.safe-install.receipt.json"


def keep_receipt(report: Report, project: Path, tools: Tools, omit: Iterable[str] = ()) -> None:
    """Write the receipt of an installation over the last one; a project without node_modules has none."""
    path = project / NAME
    if not path.parent.is_dir():
        return
    receipt = receipt_of(report, omit)
    text = json.dumps({"seal": _seal(project, receipt, own_key(tools.cache)), "receipt": receipt}, indent=1)
    try:
        replace_file(path, f"{text}\n".encode(), 0o644)
    except OSError as error:
        raise SafeInstallError(f"{NAME} could not be written: {error.strerror}.") from error


def last_receipt(here: Path, env: Mapping[str, str]) -> Receipt:
    """Read the receipt of the project here; SafeInstallError when there is none, or when it is not as we left it."""
    project = find_root(here)
    try:
        told = json.loads((project / NAME).read_bytes())
        receipt: Receipt = told["receipt"]
        sealed = hmac.compare_digest(told["seal"], _seal(project, receipt, own_key(own_cache(env))))
        known = receipt["schema"] == SCHEMA
    except FileNotFoundError:
        raise SafeInstallError(
            "There is no receipt here.", hint="safe-install writes one when it has installed something."
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        receipt, sealed, known = {}, False, False
    if not sealed or not known:
        raise SafeInstallError(
            f"{NAME} is not as safe-install left it on this machine, so that it proves nothing.",
            hint="`safe-install ci` installs anew, and writes one.",
        )
    return receipt


def verify(here: Path, tools: Tools, receipt: Receipt) -> tuple[Sequence[Difference], int]:
    """Compare node_modules with what the lockfile promises, verified again, and with what approved scripts left.

    Gives the differences that nothing explains, and how many packages are as a script left them.
    """
    project = open_project(find_root(here), tools.npm.version.major)
    subject = project_subject(project, tools, everywhere=False, omit=frozenset(receipt["omit"]))
    (evidence,) = gather([subject], tools)
    found = compare(project.directory, evidence.packages, subject.links)
    odd = unexplained(project.directory, evidence.packages, found, recall(project.directory, own_key(tools.cache)))
    return odd, len({one.location for one in found} - {one.location for one in odd})


def _seal(project: Path, receipt: Receipt, key: bytes) -> str:
    text = json.dumps(["receipt", os.path.realpath(project), receipt], sort_keys=True)
    return hmac.new(key, text.encode(), "sha256").hexdigest()
