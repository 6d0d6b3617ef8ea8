"""The report on a fleet: which projects could not be read, then each script once, worst and most widely used first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from safe_install.judgement import Decision
from safe_install.report.evidence import together
from safe_install.report.html import choices, document
from safe_install.report.json import escaped
from safe_install.report.markup import Child, Markup, tag
from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.words import count, listed
from safe_install.summary import ConcernSummary, FleetReport, ScriptSummary, Spread, Standing

SCHEMA = 1
_MOST = 40  # rows of each kind on a page for people; JSON and HTML have all
_NAMED = 3  # projects that are named beside one script
_TONES = {Decision.BLOCK: Tone.BAD, Decision.REVIEW: Tone.CARE, Decision.ALLOW: Tone.GOOD, Decision.SKIP: Tone.QUIET}
_WAITING = (Decision.BLOCK, Decision.REVIEW)
_WORDS = {0: "clean", 10: "to review", 11: "blocked"}


def as_json(report: FleetReport) -> str:
    """Give it for programs: schema version 1 of a fleet, a contract of its own."""
    told = {
        "schema": SCHEMA,
        "tool": {"name": "safe-install", "version": report.version, "signatures": report.signatures},
        "exit_code": report.exit_code,
        "projects": [
            {
                "project": one.name,
                "exit_code": one.exit_code,
                "packages": one.artifacts,
                "scripts": one.scripts,
                "error": one.error or None,
            }
            for one in report.projects
        ],
        "scripts": [_as_data(one) for one in report.scripts],
        "concerns": [_as_data(one) for one in report.concerns],
        "notes": list(report.notes),
    }
    return escaped(told)


def _as_data(spread: Spread) -> dict[str, object]:
    told = asdict(spread.one)
    if isinstance(spread.one, ScriptSummary):
        told |= {"decision": spread.worst.value, "versions": list(spread.versions)}
        del told["version"]
    return {**told, "number": len(spread.projects), "projects": list(spread.projects)}


# ------------------------------------------------------------------ for people


def page(report: FleetReport) -> Iterator[Line]:
    """Tell it at a terminal: what waits, and how much does not."""
    yield Line(text=_counted(report), indent=0, tone=Tone.STRONG)
    unread = [one for one in report.projects if one.error]
    if unread:
        yield BLANK
        yield Line(text=f"Could not be read, and not clean ({count(len(unread), 'project')}):", indent=0, tone=Tone.BAD)
        yield from _cut(Line(label="UNREAD", text=_unread(one), tone=Tone.BAD) for one in unread)
    yield from _section("Scripts, the worst first, then by how many projects they are in:", _waiting(report.scripts))
    yield from _section("Beside the scripts:", report.concerns)
    settled = len(report.scripts) - len(_waiting(report.scripts))
    yield BLANK
    if settled:
        yield Line(text=f"{count(settled, 'script')} more: approved, or needs no run.", indent=0, tone=Tone.QUIET)
    for note in report.notes:
        yield Line(label="note", text=plain(note, limit=400), tone=Tone.QUIET)
    yield Line(
        text="Import-time code was not judged. --format html or json tells all of it.", indent=0, tone=Tone.QUIET
    )


def _section(title: str, spread: Sequence[Spread]) -> Iterator[Line]:
    if spread:
        yield BLANK
        yield Line(text=title, indent=0)
        groups = together(spread, _told_alike)
        for number, (one, *others) in enumerate(groups):
            if number == _MOST:
                yield Line(text=f"… {sum(map(len, groups[_MOST:])):,} more", tone=Tone.QUIET)
                return
            more = f", and {len(others):,} more like this" if others else ""
            yield Line(
                label=one.worst.value,
                text=f"{_what(one)}{more}: in {count(len(one.projects), 'project')}",
                tone=_TONES[one.worst],
            )
            yield from (Line(text=text) for text in _why(one))
            yield Line(text=_where(one), tone=Tone.QUIET)


def _told_alike(spread: Spread) -> object:
    """Give what is the same for all that a page tells in one row: of one script nothing, of concerns the words and the projects."""
    match spread.one:
        case ScriptSummary():
            return spread
        case ConcernSummary(rule=rule, detail=detail):
            return rule, detail, spread.worst, spread.projects


def _cut(lines: Iterator[Line]) -> Iterator[Line]:
    for number, line in enumerate(lines):
        if number < _MOST:
            yield line


def _waiting(scripts: Iterable[Spread]) -> list[Spread]:
    return [one for one in scripts if one.worst in _WAITING]


def _counted(report: FleetReport) -> str:
    read = [one for one in report.projects if not one.error]
    each = [(word, sum(one.exit_code == code for one in read)) for code, word in _WORDS.items()]
    told = [f"{number:,} {word}" for word, number in each if number]
    unread = len(report.projects) - len(read)
    told += [f"{unread:,} could not be read"] if unread else []
    waiting = f" ({len(_waiting(report.scripts)):,} waiting)" if report.scripts else ""
    scripts = f"{count(len(report.scripts), 'different script')}{waiting}"
    return f"{count(len(report.projects), 'project')}: {', '.join(told)}. {scripts}."


def _unread(one: Standing) -> str:
    return f"{plain(one.name)}: {plain(one.error, limit=400)}"


def _what(spread: Spread) -> str:
    match spread.one:
        case ScriptSummary(package=package, event=event):
            versions = listed(map(plain_name, spread.versions), most=4)
            return f"{plain_name(package)} {versions} {plain_name(event)}"
        case ConcernSummary(rule=rule, where=where):
            return f"{plain_name(where)}: {plain(rule, limit=120)}"


def _why(spread: Spread) -> list[str]:
    match spread.one:
        case ScriptSummary(told=told, unseen=unseen, command=command):
            return [
                plain(command, limit=100),
                *(plain(text) for text in told),
                *(f"not seen: {plain(text)}" for text in unseen),
            ]
        case ConcernSummary(detail=detail):
            return [plain(detail)] if detail else []


def _where(spread: Spread) -> str:
    return listed((plain(name, limit=100) for name in spread.projects), most=_NAMED)


# ------------------------------------------------------------------ as one page to keep


def as_html(report: FleetReport) -> str:
    """Give it as one HTML document."""
    return document("a fleet", _body(report))


def _body(report: FleetReport) -> Iterator[Child]:
    yield tag(
        "header",
        tag("h1", "safe-install"),
        tag("p", "a fleet", class_="project"),
        tag("p", _counted(report), class_=f"ending exit-{report.exit_code}"),
        tag("p", "Import-time code was not judged.", class_="quiet"),
    )
    yield choices()
    if unread := [tag("li", _unread(one), class_="gaps") for one in report.projects if one.error]:
        yield tag("section", tag("h2", "Could not be read, and not clean"), tag("ul", unread))
    if report.notes:
        notes = [tag("li", plain(note, limit=400)) for note in report.notes]
        yield tag("section", tag("h2", "Notes"), tag("ul", notes))
    yield tag("main", tag("h2", "Scripts"), [_spread(one) for one in report.scripts])
    yield tag(
        "section", tag("h2", "Beside the scripts"), [_spread(*some) for some in together(report.concerns, _told_alike)]
    )
    projects = [tag("li", f"{plain(one.name)}: {_standing(one)}") for one in report.projects]
    many = tag("details", tag("summary", count(len(projects), "project")), tag("ul", projects))
    yield tag("section", tag("h2", "Projects"), many)
    told = f"safe-install {report.version}, signatures {report.signatures[:12]}, {report.at:%Y-%m-%d %H:%M} UTC"
    yield tag("footer", told, class_="quiet")


def _standing(one: Standing) -> str:
    if one.error:
        return "could not be read"
    word = _WORDS.get(one.exit_code, str(one.exit_code))
    return f"{word}, {count(one.artifacts, 'package')}, {count(one.scripts, 'script')}"


def _spread(spread: Spread, *others: Spread) -> Markup:
    head = (
        tag("span", spread.worst.value, class_=f"badge {spread.worst.value}"),
        " ",
        tag("strong", _what(spread)),
        f", and {len(others):,} more like this" if others else None,
        f" in {count(len(spread.projects), 'project')}",
    )
    why = [tag("p", tag("code", text), class_="finding") for text in _why(spread)]
    names = tag("ul", [tag("li", plain(name)) for name in spread.projects])
    within = tag("details", tag("summary", "where"), names)
    also = [tag("li", _what(one)) for one in others]
    more = tag("details", tag("summary", f"{len(others):,} more like this"), tag("ul", also)) if others else None
    return tag("details", tag("summary", head), why, within, more, class_="script", data_decision=spread.worst.value)
