"""What a script did inside its walls, in lines for people: what it gave away, opened, changed, and did not get."""

from __future__ import annotations

from collections.abc import Iterator

from safe_install.report.page import Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import count, listed, subject
from safe_install.story import Outcome


def doings(outcome: Outcome) -> Iterator[Line]:
    """Tell what somebody should know of one script, worst first; nothing of one that kept to its folder."""
    who = subject(outcome.step.verdict)
    if outcome.leaked:
        where = listed(plain(place, limit=120) for place in outcome.leaked)
        text = f"{who} read a decoy and gave it away in {where}; nothing that it wrote was kept"
        yield Line(label="STOLEN", text=text, tone=Tone.BAD)
    if outcome.touched:
        names = listed(plain(name, limit=80) for name in outcome.touched)
        yield Line(
            label="TOUCHED", text=f"{who} opened {names}: decoys that no build has a reason to open", tone=Tone.BAD
        )
    if code := [plain(one.path, limit=120) for one in outcome.written if one.code and not one.dropped]:
        text = f"{who} rewrote code or settings of its own package: {listed(code)}"
        yield Line(label="changed", text=text, tone=Tone.CARE)
    if denied := _denied(outcome):
        doubt = "may not have worked: " if not outcome.failed else ""
        yield Line(label="denied", text=f"{who} {doubt}{'; '.join(denied)}", tone=Tone.CARE)
    used = [
        f"{plain_name(host.name)} ({host.sent:,} bytes out, {host.received:,} in)"
        for host in outcome.hosts
        if host.times
    ]
    if used:
        yield Line(label="network", text=f"{who} spoke to {listed(used)}")


def _denied(outcome: Outcome) -> list[str]:
    refused = [f"{plain_name(host.name)} ({plain(host.refused, limit=80)})" for host in outcome.hosts if host.refused]
    dropped = [plain(one.path, limit=120) for one in outcome.written if one.dropped] if not outcome.failed else []
    said = [f"it wanted {listed(refused)}"] if refused else []
    return said + ([f"{count(len(dropped), 'path')} that it wrote were dropped: {listed(dropped)}"] if dropped else [])
