"""The door to other tools' lists: their denials taken over, and our records written into them."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from safe_install import consent
from safe_install.decide.approvals import denial_fields
from safe_install.decide.neighbours import PLACES, Neighbour, denied_by
from safe_install.doors.doorway import console
from safe_install.doors.options import AsJson
from safe_install.errors import ApprovalsError
from safe_install.exchange import Export, export, native_entries
from safe_install.judgement import FileChange
from safe_install.person import require_person, typed
from safe_install.project import APPROVALS, find_root, read_own_approvals, read_own_policy
from safe_install.report import terminal
from safe_install.report.changes import about_file
from safe_install.report.difference import difference
from safe_install.report.plain import plain_name
from safe_install.signing import with_proof

_WIDTH = 100


def add_to(app: typer.Typer) -> None:
    """Add these commands to ``safe-install approvals``."""
    app.command("import")(import_)
    app.command("export")(export_)


def import_(
    *, of: Annotated[Neighbour, typer.Option("--from", help="Whose list.")] = Neighbour.NPM, as_json: AsJson = False
) -> None:
    """Take over what another tool denies. What it allows was read by nobody here, and is not taken over."""
    require_person(os.environ, doing="Importing")
    root = find_root(Path.cwd())
    records = read_own_approvals(root)
    denied = denied_by(of, native_entries(root))
    approved = [name for name in denied if any(one.package == name for one in records.approvals)]
    known = {denial.package for denial in records.denials}
    new = [name for name in denied if name not in known and name not in approved]
    written = consent.deny(Path.cwd(), new, f"from {PLACES[of]}", os.environ, datetime.now(UTC)) if new else ()
    if as_json:
        told = {
            "schema": 1,
            "did": "imported",
            "denials": [denial_fields(one) for one in written],
            "left_out": approved,
        }
        typer.echo(json.dumps(told, indent=2))
        return
    if approved:
        names = ", ".join(map(plain_name, approved))
        typer.echo(f"Left out, because they are approved here: {names}. Revoke those first, if the no is right.")
    typer.echo(f"Denied {', '.join(map(plain_name, new)) or 'nothing new'} in {APPROVALS}.")


def export_(
    *,
    to: Annotated[Neighbour, typer.Option("--to", help="Into whose list.")] = Neighbour.NPM,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write our records into another tool's list. Shows what changes first; no list can bind them to contents."""
    if not dry_run:
        require_person(os.environ, doing="Exporting")
    root = find_root(Path.cwd())
    records = with_proof(read_own_approvals(root), read_own_policy(root))
    made = export(root, to, records, datetime.now(UTC).date())
    if not as_json and made.after == made.before:
        typer.echo(f"{made.path.name} says the same already.")
        return
    if not (as_json and dry_run):
        change = FileChange(package="", path=made.path.name, before=made.before, after=made.after)
        terminal.render_page(about_file(change, difference(change), 0, _WIDTH, whole=True), console(stderr=as_json))
    if not dry_run:
        _write(made)
    if as_json:
        did = "would-export" if dry_run else "exported"
        typer.echo(json.dumps({"schema": 1, "did": did, "file": made.path.name, "text": made.after.decode()}, indent=2))
    elif not dry_run:
        typer.echo(f"Wrote {made.path.name}.")


def _write(made: Export) -> None:
    """Write the file once a person typed its code."""
    if typed(f"Type {made.code} to write this, anything else to leave it: ").lower() != made.code:
        raise ApprovalsError("Nothing was written.", hint=f"{made.path.name} is as it was.")
    made.write()
