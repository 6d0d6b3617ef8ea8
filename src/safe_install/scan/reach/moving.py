"""Texts that change the directory in which they run, and so what every relative path in them is."""

from __future__ import annotations

from safe_install.scan.reach.installed import Installed, Places
from safe_install.scan.reach.readings import Reading
from safe_install.scan.reach.texts import Text


def moved(text: Text, reading: Reading, installed: Installed) -> Places:
    """Give the directories in which a file may run: also the one that it goes to, where that is known.

    Only a single known directory of a package, in which it cannot be found again, is one that is known; and only a file,
    for a text that is evaluated moves whoever evaluates it.
    """
    moves = [one for one in reading.blinds if one.is_move]
    said = moves[0].moves.literal if len(moves) == 1 and moves[0].moves is not None else None
    if said is None or text.file.inline:
        return text.places
    owner = text.owner.artifact.location
    spots = [installed.step(said, start, owner) for start in text.places]
    there = frozenset(spot for spot in spots if spot is not None)
    again = any(installed.holds(installed.step(said, spot, owner)) for spot in there)
    return text.places | there if len(there) == len(text.places) and not again else text.places
