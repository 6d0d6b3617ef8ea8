"""The measurement in words: RESULTS.md."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus import Label, Sample
from judging import Judgement


@dataclass(frozen=True, kw_only=True, slots=True)
class Tool:
    """One scanner's judgements on the samples, by title, and on honest packages, by way of reading and name@version."""

    name: str
    samples: Mapping[str, Judgement]
    honest: Mapping[str, Mapping[str, Judgement]]


Chosen = Callable[[Sample], bool]


def document(heading: Sequence[str], samples: Sequence[Sample], tools: Sequence[Tool], *, names: bool) -> str:
    """Write all tables; ``names`` also names what was missed among the held-out."""
    parts = [
        heading,
        ["## Attacks: recall", "", *recall(samples, tools)],
        ["## Benign look-alikes, and precision", "", *precision(samples, tools)],
        ["## Honest packages", "", *honest(tools)],
        ["## Attacks by class", "", *by_class(samples, tools)],
        ["## Missed, and judged wrongly, by safe-install", "", *wrong(samples, tools[0], names=names)],
    ]
    return "\n\n".join("\n".join(part).rstrip() for part in parts) + "\n"


def recall(samples: Sequence[Sample], tools: Sequence[Tool]) -> Iterator[str]:
    """Write how many attacks are flagged and blocked, by set, and evaded or not."""
    attacks = labelled(samples, "attack")
    rows: dict[str, Chosen] = {
        "seen": lambda sample: sample.part == "seen",
        "held out": lambda sample: sample.part == "held-out",
        "evaded": lambda sample: bool(sample.evasions),
        "not evaded": lambda sample: not sample.evasions,
        "all": lambda _: True,
        **of_corpora(attacks),
    }
    yield from head("attacks", tools)
    for name, chosen in rows.items():
        some = [sample for sample in attacks if chosen(sample)]
        if some:
            yield row(name, len(some), shares(some, tools))


def precision(samples: Sequence[Sample], tools: Sequence[Tool]) -> Iterator[str]:
    """Write how many benign samples are flagged and blocked, and which part of what was is an attack."""
    benign = labelled(samples, "benign")
    yield from head("benign samples", tools)
    rows: dict[str, Chosen] = {
        "seen": lambda sample: sample.part == "seen",
        "held out": lambda sample: sample.part == "held-out",
        **of_corpora(benign),
    }
    for name, chosen in rows.items():
        some = [sample for sample in benign if chosen(sample)]
        if some:
            yield row(name, len(some), shares(some, tools))
    if benign:
        yield row("precision", "", [precise(samples, tool, which) for tool in tools for which in WHICH])


def of_corpora(samples: Sequence[Sample]) -> dict[str, Chosen]:
    """Choose by corpus and part, where there is more than one corpus."""
    names = sorted({sample.corpus for sample in samples})
    return {
        f"{name} corpus, {part.replace('-', ' ')}": lambda sample, name=name, part=part: (  # type: ignore[misc]
            (sample.corpus, sample.part) == (name, part)
        )
        for name in names
        for part in ("seen", "held-out")
        if len(names) > 1
    }


def honest(tools: Sequence[Tool]) -> Iterator[str]:
    """Write how many real packages are flagged and blocked, in each way of reading them."""
    ways = list(dict.fromkeys(way for tool in tools for way in tool.honest))
    if not ways:
        yield "Not measured in this run (`--honest DIR`)."
        return
    yield from head("packages", tools)
    for way in ways:
        judged = [tool.honest.get(way, {}) for tool in tools]
        cells = [share(list(one.values()), which) for one in judged for which in WHICH]
        yield row(way, max(map(len, judged)), cells)
    for way, found in tools[0].honest.items():
        for which in WHICH:
            names = ", ".join(name for name, one in found.items() if hit(one, which))
            yield f"\nsafe-install {which}, {way}: {names or 'none'}"


def by_class(samples: Sequence[Sample], tools: Sequence[Tool]) -> Iterator[str]:
    """Write flagged and blocked of each class, seen and held out apart for us, together for others."""
    attacks = labelled(samples, "attack")
    first, *others = tools
    columns = ["class", *(f"{part}: n, flagged, blocked" for part in ("seen", "held out"))]
    columns += [f"{tool.name}: n, flagged, blocked" for tool in others]
    yield table_row(columns)
    yield table_row(["---"] * len(columns))
    for class_ in sorted({sample.class_ for sample in attacks}):
        some = [sample for sample in attacks if sample.class_ == class_]
        parts = [[sample for sample in some if sample.part == part] for part in ("seen", "held-out")]
        cells = [counts(part, first) for part in parts] + [counts(some, tool) for tool in others]
        yield table_row([class_, *cells])


def wrong(samples: Sequence[Sample], tool: Tool, *, names: bool) -> Iterator[str]:
    """List what was missed and what was accused; of the held-out only the class, lest signatures be written to it."""
    lists: dict[str, tuple[Label, Callable[[Judgement], bool]]] = {
        "attacks not flagged": ("attack", lambda found: not found.flagged),
        "attacks flagged, not blocked": ("attack", lambda found: found.flagged and not found.blocked),
        "benign samples flagged": ("benign", lambda found: found.flagged),
        "benign samples blocked": ("benign", lambda found: found.blocked),
        "attacks without an answer": ("attack", lambda found: found.failed),
        "benign samples without an answer": ("benign", lambda found: found.failed),
    }
    for title, (label, chosen) in lists.items():
        some = [sample for sample in labelled(samples, label) if chosen(tool.samples[sample.title])]
        yield f"- **{title}** ({len(some)}): {', '.join(called(sample, names=names) for sample in some) or 'none'}"
    if not names:
        yield "\nOf held-out samples only the class is said; `--name-held-out` names them."


def called(sample: Sample, *, names: bool) -> str:
    """Name a sample as the lists do."""
    if sample.part == "seen":
        return f"{sample.class_}/{sample.name}"
    return f"held out {sample.class_}/{sample.name}" if names else f"held out {sample.class_}"


WHICH = ("flagged", "blocked")


def labelled(samples: Sequence[Sample], label: Label) -> list[Sample]:
    """Give the samples with a label."""
    return [sample for sample in samples if sample.label == label]


def head(what: str, tools: Sequence[Tool]) -> Iterator[str]:
    """Begin a table with a column for each tool and kind of alarm."""
    columns = ["", what, *(f"{tool.name}: {which}" for tool in tools for which in WHICH)]
    yield table_row(columns)
    yield table_row(["---"] * len(columns))


def row(name: str, number: int | str, cells: Sequence[str]) -> str:
    """Write one line of such a table."""
    return table_row([name, str(number), *cells])


def table_row(cells: Sequence[str]) -> str:
    """Write one line of a table."""
    return f"| {' | '.join(cells)} |"


def shares(samples: Sequence[Sample], tools: Sequence[Tool]) -> list[str]:
    """Write which part of the samples each tool flags and blocks."""
    return [share([tool.samples[sample.title] for sample in samples], which) for tool in tools for which in WHICH]


def share(judged: Sequence[Judgement], which: str) -> str:
    """Write a number and its part of all."""
    number = sum(hit(found, which) for found in judged)
    return f"{number} ({100 * number / len(judged):.1f} %)" if judged else "—"


def counts(samples: Sequence[Sample], tool: Tool) -> str:
    """Write three numbers."""
    judged = [tool.samples[sample.title] for sample in samples]
    return ", ".join(map(str, [len(judged), *(sum(hit(found, which) for found in judged) for which in WHICH)]))


def precise(samples: Sequence[Sample], tool: Tool, which: str) -> str:
    """Write which part of the accused are attacks."""
    accused = [sample for sample in samples if hit(tool.samples[sample.title], which)]
    return f"{100 * len(labelled(accused, 'attack')) / len(accused):.1f} %" if accused else "—"


def hit(found: Judgement, which: str) -> bool:
    """Tell whether a judgement is of a kind."""
    return found.flagged if which == "flagged" else found.blocked


if __name__ == "__main__":
    sys.exit("run.py writes the tables")
