"""Results of matching that a team shares: hints from elsewhere, believed only where a key signed them that the user named.

An entry is bound to everything that its truth depends on, as one in the store of this machine is, and signed together with that: one
that is cut, changed, or put in another's place is no entry. What is believed is kept here under the keys that are believed now, so
that it is forgotten with them. A store that is slow, broken or not there costs a few seconds and never changes an answer.

What leaves this machine: digests of contents of public packages, and results on them, which quote them. Nothing of any other.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from safe_install.errors import SafeInstallError
from safe_install.model import Digest, sha256
from safe_install.report.words import count
from safe_install.scan.remembered import Key, Remembered
from safe_install.shared_stores import EXTRA, LARGEST, SharedStore, open_store
from safe_install.signing import is_by, signer
from safe_install.user_configuration import UserConfiguration

SECONDS = 5.0
"""For asking, and again for writing."""
MOST_BYTES = 64 << 20
MOST_ENTRIES = 4_000
_FORM = "safe-install result 1"

T = TypeVar("T")


class Sharing:
    """The results of this machine first, then those that others share; never raises, and ``notes`` tell what did not work.

    ``address`` is the place; ``writes``: it is one that the user named. Nothing is asked for or written but contents that were
    `allow`-ed before.
    """

    def __init__(
        self,
        local: Remembered,
        configuration: UserConfiguration,
        *,
        cache: Path,
        address: str,
        seconds: float = SECONDS,
    ) -> None:
        self.local = local
        self.notes: list[str] = []
        self.trust = sha256(json.dumps(sorted(configuration.results_keys)).encode())
        self._trusted = frozenset(configuration.results_keys)
        self._believed = Remembered(cache / f"shared-{self.trust[:16]}.sqlite")
        self._address = address
        self._signs_with = configuration.results_signing_key if address == configuration.results else ""
        self._seconds = seconds
        self._public: set[Digest] = set()
        self._broken = False

    def allow(self, contents: Iterable[Digest]) -> None:
        """Let results on these contents be asked for and written: they are public."""
        self._public.update(contents)

    def get(self, keys: Iterable[Key]) -> dict[Key, bytes]:
        """Give what is known here, and of the rest what others found and somebody signed who is believed."""
        wanted = list(keys)
        known = self.local.get(wanted)
        public = [key for key in wanted if key not in known and key.content in self._public]
        if not public or not self._trusted:
            return known
        known |= self._believed.get(public)
        missing = {_name(key): key for key in public if key not in known}
        nothing: dict[str, bytes] = {}
        asked = [*missing][:MOST_ENTRIES]
        told = self._within(lambda store: store.get(asked, MOST_BYTES), nothing) if asked else nothing
        good = {missing[name]: result for name, entry in told.items() if (result := self._opened(missing[name], entry))}
        if len(good) < len(told):
            self._note(
                f"{count(len(told) - len(good), 'shared result')} not signed by a key that you believe, or damaged: ignored"
            )
        self._believed.put(good)
        return known | good

    def put(self, results: Mapping[Key, bytes]) -> None:
        """Keep results here, and write those on public contents where others find them, if this machine has a key for that."""
        self.local.put(results)
        public = {key: result for key, result in results.items() if key.content in self._public}
        if not public or not self._signs_with:
            return
        try:
            by, sign = signer(self._signs_with)
        except SafeInstallError as error:
            self._note(f"results are not shared: {error.message}")
            return
        entries = {_name(key): _sealed(key, result, by, sign) for key, result in public.items()}
        small = {name: entry for name, entry in entries.items() if len(entry) < LARGEST}
        self._within(lambda store: store.put(small), None)

    def _opened(self, key: Key, entry: bytes) -> bytes | None:
        """Give the result in an entry, if somebody who is believed signed it for exactly this key."""
        try:
            told = json.loads(entry)
            by, signature, result = str(told["by"]), str(told["signature"]), str(told["result"])
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        try:
            good = by in self._trusted and is_by(by, signature, _message(key, result))
        except SafeInstallError as error:
            self._note(f"shared results are not believed: {error.message} ({error.hint})")
            return None
        return result.encode() if good else None

    def _within(self, work: Callable[[SharedStore], T], otherwise: T) -> T:
        """Use the store, for so many seconds; once it failed it is left alone."""
        if self._broken:
            return otherwise
        done: list[T] = []
        trouble = ["it took too long"]

        def use() -> None:
            try:
                done.append(work(open_store(self._address)))
            except ImportError:
                trouble[0] = f"what speaks to it is not installed ({EXTRA})"
            except BaseException as error:  # noqa: BLE001 - whatever its library raises
                trouble[0] = type(error).__name__

        thread = threading.Thread(target=use, name="safe-install shared results", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if done:
            return done[0]
        self._broken = True
        self._note(f"shared results at {_place(self._address)} were not used: {trouble[0]}")
        return otherwise

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)


def _name(key: Key) -> str:
    return sha256(json.dumps([_FORM, *key]).encode())


def _message(key: Key, result: str) -> bytes:
    return json.dumps([_FORM, *key, result]).encode()


def _sealed(key: Key, result: bytes, by: str, sign: Callable[[bytes], str]) -> bytes:
    text = result.decode()
    return json.dumps({"by": by, "signature": sign(_message(key, text)), "result": text}).encode()


def _place(address: str) -> str:
    """Name a place without the password that may stand in its address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname or ''}" if "://" in address else address
