"""What is on each page of the review: State → Page. Whatever a package wrote is plain before it is in a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from safe_install.decide.grants import is_secret
from safe_install.model import Artifact, Inspection, Severity
from safe_install.report.evidence import from_us, heading, lines_on
from safe_install.report.page import BLANK, Line, Tone
from safe_install.report.plain import plain, plain_name
from safe_install.report.screen import Code, Page
from safe_install.report.words import count, gap_sentence, place, subject
from safe_install.reviewing.compared import about_change
from safe_install.reviewing.proposals import Kind
from safe_install.reviewing.sources import rows_of
from safe_install.reviewing.state import Answer, Choice, Group, Item, State, View, code, grants_of

_TONES = {Group.BLOCKED: Tone.BAD, Group.CHANGED: Tone.CARE, Group.NEW: Tone.CARE, Group.MOVED: Tone.QUIET}
_WORDS = {Group.BLOCKED: "blocked", Group.CHANGED: "changed", Group.NEW: "new", Group.MOVED: "only moved"}
_ANSWERS = {Answer.APPROVE: "approve", Answer.SKIP: "skip", Answer.DENY: "deny", Answer.NOTHING: ""}
_ANSWER_TONES = {Answer.APPROVE: Tone.GOOD, Answer.SKIP: Tone.CARE, Answer.DENY: Tone.BAD, Answer.NOTHING: Tone.TEXT}
_MOST_WAYS = 3
_MOST_EACH = 300
_MOST_STEPS = 8
_KINDS = {
    Kind.CACHE: "a cache of its own, kept between runs",
    Kind.OUTPUT: "write",
    Kind.ENV: "see the variable",
    Kind.HOST: "reach the host",
}
_HELP = (
    ("j k, arrows", "move; space or enter opens, and turns to the next script"),
    ("h l", "the script before, the next script"),
    ("a", "approve: exactly this script, and everything it reaches, may run inside its walls"),
    ("s", "skip for ever: no script of the package runs, at any version (on the command line: deny)"),
    ("d", "deny: no version of the package may be installed (on the command line: deny --block)"),
    ("g", "grants: what it may do beyond its walls; nothing unless you choose it"),
    ("n", "note: why, for the record and for the next reader"),
    ("f", "files: everything that it reaches, to read"),
    ("D", "difference with what was approved, and back"),
    ("w", "show what was decided, and record it"),
    ("q, escape", "back; from the list: leave, and record nothing"),
)


def page(state: State, width: int) -> Page:
    """Give the page that a state shows."""
    pages = {
        View.LIST: _list,
        View.GRANTS: _grants,
        View.NOTE: _note,
        View.HELP: _help,
        View.LAST: _last,
        View.FILES: _files,
    }
    if state.view in pages:
        return pages[state.view](state)
    if state.view is View.FILE:
        return _file(state, width)
    body = about_change(state.item, width) if state.view is View.CHANGE else _script(state.item, width)
    return Page(head=_title(state), body=tuple(body), foot=_foot(state, _SCRIPT_KEYS))


_LIST_KEYS = "enter open  s skip for ever  d deny  w record  ? help  q leave"
_SCRIPT_KEYS = "a approve  s skip  d deny  g grants  n note  f files  D diff  space next  q back"


def _foot(state: State, keys: str) -> tuple[Line, ...]:
    """Say what was just said and decided, and which keys there are."""
    said = (Line(text=state.said, indent=0, tone=Tone.STRONG),) if state.said else ()
    return (*_decided(state), *said, Line(text=keys, indent=0, tone=Tone.QUIET))


def _decided(state: State) -> Iterator[Line]:
    if state.items and state.view is not View.LIST and state.view is not View.LAST:
        choice = state.choice
        told = [_ANSWERS[choice.answer] or "not decided", *granted_words(state.item, choice)]
        note = [f'"{plain(choice.why)}"'] if choice.why else []
        yield Line(text="decision: " + "; ".join([*told, *note]), indent=0, tone=_ANSWER_TONES[choice.answer])


def _title(state: State) -> str:
    return f" {subject(state.item.verdict)} ({state.at + 1} of {len(state.items)})"


# ------------------------------------------------------------------ the list


def _list(state: State) -> Page:
    counted = Counter(item.group for item in state.items)
    told = ", ".join(f"{counted[group]} {_WORDS[group]}" for group in Group if counted[group])
    body: list[Line] = []
    chosen = 0
    for number, item in enumerate(state.items):
        if number == 0 or state.items[number - 1].group is not item.group:
            body += [*([BLANK] if body else []), Line(text=str(item.group), indent=0, tone=_TONES[item.group])]
        if number == state.at:
            chosen = len(body)
        body.append(_row(item, state.choices[number], chosen=number == state.at))
    for sentence in state.aside:
        body += [BLANK, Line(label="also", text=plain(sentence), tone=Tone.CARE)]
    head = f" safe-install review: {told}; {len(state.decided)} decided"
    return Page(head=head, body=tuple(body), foot=_foot(state, _LIST_KEYS), chosen=chosen)


def _row(item: Item, choice: Choice, *, chosen: bool) -> Line:
    inspection = item.verdict.inspection
    flagged = [finding for finding in inspection.findings if finding.severity >= Severity.WARNING]
    told = [
        *([count(len(flagged), "finding")] if flagged else []),
        *([count(len(inspection.gaps), "gap")] if inspection.gaps else []),
        *([count(len(item.artifacts), "place")] if len(item.artifacts) > 1 else []),
    ]
    text = subject(item.verdict) + (f"  ({', '.join(told)})" if told else "")
    tone = Tone.STRONG if chosen else _ANSWER_TONES[choice.answer]
    return Line(label=f"{'>' if chosen else ' '} {_ANSWERS[choice.answer] or '.':<8}", text=text, tone=tone, indent=11)


# ------------------------------------------------------------------ one script


def _script(item: Item, width: int) -> Iterator[Line]:
    """Tell everything that is known of one script."""
    yield heading(item.verdict)
    yield from lines_on(item.verdict, item.artifacts, width)
    yield from _ways(item.ways)
    yield from from_us(item.verdict)
    yield BLANK
    yield Line(label="walls", text="if approved: its own folder, no network, no secrets; g shows what could be granted")
    yield from _each(item.verdict.inspection)


def _each(inspection: Inspection) -> Iterator[Line]:
    """List what was only counted above: every gap, and every finding with those that are no more than information."""
    own = inspection.script.package.artifact.id
    gaps = list(dict.fromkeys(map(gap_sentence, inspection.gaps)))
    found = [
        f"{one.severity.name} {plain(one.signature, limit=80)} in {place(one.where, one.path, one.line, own)}"
        for one in sorted(dict.fromkeys(inspection.findings), key=lambda one: -one.severity)
    ]
    for label, texts in (("all unseen", gaps), ("all found", found)):
        yield from [BLANK] if texts else []
        for number, text in enumerate(texts[:_MOST_EACH]):
            yield Line(label="" if number else label, text=text, indent=11)
        if len(texts) > _MOST_EACH:
            yield Line(text=f"and {len(texts) - _MOST_EACH:,} more; scan --json has them all", indent=11)


def _ways(ways: Sequence[tuple[Artifact, ...]]) -> Iterator[Line]:
    """Say on which ways dependencies bring it in."""
    for number, way in enumerate(ways[:_MOST_WAYS]):
        yield Line(label="" if number else "brought by", text=_way(way), indent=11)
    if len(ways) > _MOST_WAYS:
        yield Line(text=f"and on {count(len(ways) - _MOST_WAYS, 'more way')}", indent=11)


def _way(way: Sequence[Artifact]) -> str:
    steps = [plain_name(f"{step.name} {step.version}".strip() or "this project") for step in way]
    if way and not way[0].location:
        steps[0] = "this project"
    if len(steps) > _MOST_STEPS:
        steps[_MOST_STEPS // 2 : -_MOST_STEPS // 2] = ["…"]
    return " > ".join(steps)


def _files(state: State) -> Page:
    """List the files that a script reaches, its own first."""
    home = state.item.artifacts[0].location
    body = []
    for number, file in enumerate(state.item.files):
        whose = "" if file.location == home else f"{plain_name(file.package)}: "
        size = f"{len(file.content):,} bytes"
        text = f"{whose}{plain(file.path, limit=120)}  ({size}{', in the command' if file.inline else ''})"
        chosen = number == state.row
        body.append(
            Line(label="> " if chosen else "  ", text=text, tone=Tone.STRONG if chosen else Tone.TEXT, indent=2)
        )
    body = body or [Line(text="Nothing is reached beside the command.", indent=0)]
    foot = _foot(state, "enter read  a approve  s skip for ever  d deny  q back")
    return Page(head=f"{_title(state)}: what it reaches", body=tuple(body), foot=foot, chosen=state.row)


def _file(state: State, width: int) -> Page:
    file = state.item.files[state.row]
    via = [Line(label="by way of", text=" > ".join(plain(step, limit=80) for step in file.via))] if file.via else []
    body: list[Line | Code] = [*via, *([BLANK] if via else []), *rows_of(file.content, file.language, width)]
    head = f" {plain_name(file.package)}: {plain(file.path, limit=200)}"
    return Page(head=head, body=body, foot=_foot(state, "j k scroll  a approve  s skip for ever  d deny  q back"))


# ------------------------------------------------------------------ what is decided


def _grants(state: State) -> Page:
    body = []
    for number, one in enumerate(state.item.proposals):
        mark, chosen = ("[x]" if number in state.choice.grants else "[ ]"), number == state.row
        secret = " It looks like a secret!" if one.kind is Kind.ENV and is_secret(one.name) else ""
        text = f"{_KINDS[one.kind]} {plain_name(one.name)}".rstrip() + f": {plain(one.because, limit=160)}.{secret}"
        tone = Tone.STRONG if chosen else Tone.GOOD if number in state.choice.grants else Tone.TEXT
        body.append(Line(label=f"{'>' if chosen else ' '} {mark} ", text=text, tone=tone, indent=6))
    foot = _foot(state, "space grant, or not  q back")
    return Page(head=f"{_title(state)}: beyond its walls", body=tuple(body), foot=foot, chosen=state.row)


def granted_words(item: Item, choice: Choice) -> Iterator[str]:
    """Say what is granted, one kind a text."""
    grants = grants_of(item, choice)
    told = {"hosts": grants.hosts, "outputs": grants.outputs, "variables": grants.env}
    yield from (f"{kind}: {', '.join(map(plain_name, names))}" for kind, names in told.items() if names)
    if grants.cache:
        yield "a cache"


def _note(state: State) -> Page:
    body = (
        Line(text="Why? For the record, and for the next reader.", indent=0),
        BLANK,
        Line(text=f"{plain(state.typed)}_", indent=0),
    )
    return Page(head=f"{_title(state)}: note", body=body, foot=_foot(state, "enter keep  escape leave it as it was"))


def _help(state: State) -> Page:
    body = [Line(label=keys, text=text, indent=14) for keys, text in _HELP]
    return Page(head=" the keys", body=tuple(body), foot=_foot(state, "q back"))


def _last(state: State) -> Page:
    """Show everything that was decided, and what is to be typed to record it."""
    body: list[Line] = []
    for item, choice in state.decided:
        body.append(Line(label=_ANSWERS[choice.answer], text=_scope(item, choice), tone=_ANSWER_TONES[choice.answer]))
        if choice.answer is Answer.APPROVE:
            told = list(granted_words(item, choice))
            body.append(Line(text="with " + "; ".join(told) if told else "inside its walls, with nothing granted"))
        if choice.why:
            body.append(Line(text=f'because "{plain(choice.why)}"', tone=Tone.QUIET))
    left = sum(choice.answer is Answer.NOTHING and item.group is not Group.MOVED for item, choice in _pairs(state))
    if left:
        body += [BLANK, Line(label="left", text=f"{count(left, 'script')} on which nothing is decided")]
    typed = Line(text=f"Type {code(state)} to record this: {plain(state.typed)}_", indent=0, tone=Tone.STRONG)
    said = (Line(text=state.said, indent=0, tone=Tone.CARE),) if state.said else ()
    keys = Line(text="enter record  escape back to the list", indent=0, tone=Tone.QUIET)
    return Page(head=" what was decided", body=tuple(body), foot=(*said, typed, keys))


def _pairs(state: State) -> Iterator[tuple[Item, Choice]]:
    return zip(state.items, state.choices, strict=True)


def _scope(item: Item, choice: Choice) -> str:
    """Say what exactly the decision is about."""
    if choice.answer is Answer.APPROVE:
        return f"{subject(item.verdict)}, fingerprint {item.verdict.inspection.fingerprint[:12]}"
    what = "its scripts never run" if choice.answer is Answer.SKIP else "it may not be installed"
    return f"{plain_name(item.package) or 'this project'}, at any version: {what}"
