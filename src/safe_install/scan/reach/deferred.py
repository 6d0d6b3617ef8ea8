"""Which files of a very large package an installation loads but does not run: what its commands are made of.

A command line tool that prepares something when it is installed may load all of itself. nx reaches 412 files of its own so,
netlify-cli 277. What such code can do when a user gives a command says little about what it does here, where it only defines
functions far from the command that is run, or is loaded only when one function after another asks for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from safe_install.model import Language, ReachableFile
from safe_install.scan.grammars import Place, kinds, parse_javascript, places
from safe_install.scan.javascript.on_load import waiting_lines

Key = tuple[str, str]
"""Location and path of a file."""
MANY = 100
"""Files of one package; in one of fewer nothing is put off, for it costs little to put a payload behind two functions."""
TWICE = 2  # functions one after another
FAR = 2  # files from the command
_ALL = 1 << 30  # more lines than a file has
_JAVASCRIPT = frozenset((Language.JAVASCRIPT, Language.TYPESCRIPT))
LONGEST = 262_144  # bytes of a file that is looked at
_FUNCTIONS = kinds(
    "function_declaration function_expression arrow_function generator_function generator_function_declaration method_definition"
)


def put_off(
    files: Mapping[tuple[str, str, Language], ReachableFile],
    links: Collection[tuple[Key, Key]],
    loads: Mapping[Key, Sequence[tuple[int, Key]]],
) -> Iterator[tuple[str, str, int, int]]:
    """Give spans of lines, by location and path, of very large packages that stand behind two functions, or far away and wait.

    ``links`` are all ways from file to file, ``loads`` the lines at which modules are loaded, by file. What a file does as soon
    as it is loaded counts in full, however far from the command it is.
    """
    for location in sorted({place for place, _, _ in files}):
        own = {(place, path): file for (place, path, _), file in files.items() if place == location}
        if len(own) > MANY:
            leads = _leads(own, links)
            later = {by: _later(own[by], loads[by]) for by in own.keys() & loads.keys()}
            behind = _depths(own, leads, lambda by, to, later=later: to in later.get(by, ()))  # type: ignore[misc]
            away = _depths(own, leads, lambda _, to, own=own: not own[to].inline)  # type: ignore[misc]
            for key, file in own.items():
                if behind.get(key, 0) >= TWICE:
                    yield (*key, 0, _ALL)
                elif away.get(key, 0) > FAR and file.language in _JAVASCRIPT:
                    yield from ((*key, first, last) for first, last in waiting_lines(file.content))


def _leads(own: Collection[Key], links: Iterable[tuple[Key, Key]]) -> Mapping[Key, Sequence[Key]]:
    leads: dict[Key, list[Key]] = {}
    for by, to in sorted(links):
        if by in own and to in own:
            leads.setdefault(by, []).append(to)
    return leads


def _depths(
    own: Collection[Key], leads: Mapping[Key, Sequence[Key]], counts: Callable[[Key, Key], bool]
) -> dict[Key, int]:
    """Count for each file the steps that count, on the way from the command that has the fewest of them."""
    led = {to for targets in leads.values() for to in targets}
    waiting = deque((key, 0) for key in sorted(own) if key not in led)
    depths: dict[Key, int] = {}
    while waiting:
        key, depth = waiting.popleft()
        if key not in depths:
            depths[key] = depth
            for to in leads.get(key, ()):
                if counts(key, to):
                    waiting.append((to, depth + 1))
                else:
                    waiting.appendleft((to, depth))
    return depths


def _later(file: ReachableFile, loads: Sequence[tuple[int, Key]]) -> set[Key]:
    """Give the files that are only loaded inside functions."""
    rows = _rows_of_functions(file.content) if len(file.content) <= LONGEST else frozenset()
    known = [(line, to) for line, to in loads if line]
    return {to for _, to in known} - {to for line, to in known if line not in rows}


def _rows_of_functions(source: bytes) -> frozenset[int]:
    """Give the lines that are wholly inside functions that are not called where they are written."""
    root = parse_javascript(source)
    found: set[int] = set()
    for place in places(root) if root is not None else ():
        if place.kind in _FUNCTIONS and not _is_called(place):
            found.update(range(place.node.start_point.row + 2, place.node.end_point.row + 1))
    return frozenset(found)


def _is_called(place: Place) -> bool:
    """Tell whether a function is called where it is written."""
    above = place.above
    return place.field == "function" or (above is not None and above.field in {"function", "object"})
