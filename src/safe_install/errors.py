"""What stops us, and the numbers we leave with.

SafeInstallError
├── UsageError          arguments or configuration that cannot be acted on (exit 2)
├── LockfileError       the lockfile cannot be read or is of a kind npm itself would not act on
├── RegistryError       the registry, the network or the disk under the cache fails as a whole
├── TarballError        one archive breaks the strict rules (becomes a Gap of its package)
├── IntegrityError      one delivery is not what was promised (becomes a Gap of its package)
├── SemgrepError        signatures cannot be matched at all
├── ApprovalsError      the approvals file cannot be read or must not be written now
├── SandboxError        no walls can be put up
└── NpmError            npm is missing, too old, or refused
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The numbers of the README's table."""

    OK = 0
    ERROR = 1
    USAGE = 2
    REVIEW = 10
    BLOCKED = 11
    FAILED = 12


class SafeInstallError(Exception):
    """We could not work: ``message`` is one sentence, ``hint`` the fix, as something to do or type.

    ``detail`` is what somebody else said of it, many lines maybe, not yet made plain.
    """

    exit_code = ExitCode.ERROR

    def __init__(self, message: str, *, hint: str | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.detail = detail


class UsageError(SafeInstallError):
    """Arguments or configuration cannot be acted on."""

    exit_code = ExitCode.USAGE


class LockfileError(SafeInstallError):
    """The lockfile cannot be read, or npm itself would not act on it."""


class RegistryError(SafeInstallError):
    """The registry, the network, or the disk under the cache fails as a whole."""


class TarballError(SafeInstallError):
    """One archive breaks the strict rules."""


class IntegrityError(SafeInstallError):
    """One delivery is not what was promised."""


class SemgrepError(SafeInstallError):
    """Signatures cannot be matched at all."""


class ApprovalsError(SafeInstallError):
    """The approvals file cannot be read, or must not be written now."""


class SandboxError(SafeInstallError):
    """No walls can be put up around a script."""


class NpmError(SafeInstallError):
    """npm is missing, too old, or refused; ``exit_code`` is FAILED when npm itself said no."""

    def __init__(self, message: str, *, hint: str | None = None, detail: str = "", refused: bool = False) -> None:
        super().__init__(message, hint=hint, detail=detail)
        if refused:
            self.exit_code = ExitCode.FAILED
