"""Signatures under approvals: a key in the system's keychain, and whose signatures count by the policy.

A signature shows that a record was made where the key is, and not edited since. It does not show that a person read
anything, nor that no program asked the keychain. Ed25519 (RFC 8032), by the cryptography library; the key is in no file.
"""

from __future__ import annotations

import base64
import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from safe_install.decide.approvals import Approvals, key_of, signed_text
from safe_install.errors import ApprovalsError, SafeInstallError, UsageError
from safe_install.judgement import Approval, Policy, Signer

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from keyring.backend import KeyringBackend

SERVICE = "safe-install"
ENTRY = "approvals-signing-key"
EXTRA = "pip install 'safe-install-npm[sign]'"
_NO_KEYCHAIN = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that keep nothing, or keep it where every program can read it."""


def with_proof(approvals: Approvals, policy: Policy) -> Approvals:
    """Mark the records that must be signed by a signer of the policy, and are not; SafeInstallError without the extra."""
    if not policy.require_signed:
        return approvals
    unsigned = {key_of(one) for one in unsigned_of(approvals.approvals, policy.signers)}
    return replace(approvals, unproven=frozenset(unsigned))


def unsigned_of(approvals: Iterable[Approval], signers: Sequence[Signer]) -> tuple[Approval, ...]:
    """Give the records that bear no signature of any of these signers."""
    return tuple(one for one in approvals if not _is_signed(one, signers))


def _is_signed(approval: Approval, signers: Sequence[Signer]) -> bool:
    if not approval.signature:
        return False
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise _without_extra() from error
    signature = base64.b64decode(approval.signature)
    for signer in signers:
        try:
            Ed25519PublicKey.from_public_bytes(base64.b64decode(signer.key)).verify(signature, signed_text(approval))
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


def made_by(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an ECDSA key on P-256 (DER) made a signature (DER) over SHA-256 of a message; UsageError without the extra."""
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.serialization import load_der_public_key
    except ImportError as error:
        raise _without_extra() from error
    try:
        key = load_der_public_key(public_key)
        if not isinstance(key, EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            return False
        key.verify(signature, message, ECDSA(SHA256()))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def is_by(public_key: str, signature: str, message: bytes) -> bool:
    """Tell whether an Ed25519 key made a signature over a message, both in base64; UsageError without the extra."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise _without_extra() from error
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        key.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


# ------------------------------------------------------------------ with the key


def signed_for(policy: Policy, records: Sequence[Approval]) -> tuple[Approval, ...]:
    """Sign records where the policy names signers and this machine's key is one of theirs.

    Where signatures are required and that key is not here, or nobody's, ApprovalsError: what is unsigned would not count.
    """
    if not policy.signers:
        return tuple(records)
    try:
        key = _key()
    except SafeInstallError:
        if policy.require_signed:
            raise
        return tuple(records)
    if key is None or _public(key) not in {signer.key for signer in policy.signers}:
        if policy.require_signed:
            what = (
                "there is no signing key here"
                if key is None
                else "the signing key here is none of the policy's signers"
            )
            raise ApprovalsError(
                f"Approvals must be signed in this project, and {what}.",
                hint="safe-install key create, and let somebody add what safe-install key show prints to safe-install.toml.",
            )
        return tuple(records)
    return tuple(replace(one, signature=base64.b64encode(key.sign(signed_text(one))).decode()) for one in records)


def create_key() -> str:
    """Make a key, keep it in the keychain, and give its public half in base64; UsageError when there is one already."""
    if _key() is not None:
        raise UsageError("There is a signing key already.", hint="safe-install key show prints its public half.")
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    _keychain().set_password(SERVICE, ENTRY, base64.b64encode(key.private_bytes_raw()).decode())
    return _public(key)


def public_key() -> str:
    """Give the public half of this machine's key in base64; UsageError when there is none."""
    key = _key()
    if key is None:
        raise UsageError("There is no signing key here.", hint="safe-install key create")
    return _public(key)


def create_key_file(path: Path) -> str:
    """Make a key for results in a new file that only its owner may read, and give its public half; for machines without a keychain."""
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise _without_extra() from error
    key = Ed25519PrivateKey.generate()
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(key.private_bytes_raw()) + b"\n")
    except OSError as error:
        raise UsageError(
            f"{path} could not be made: {error.strerror}.", hint="Name a file that is not there."
        ) from error
    return _public(key)


def signer(source: str) -> tuple[str, Callable[[bytes], str]]:
    """Give the public half of a key, and what signs with it: that of the ``keychain``, or of a file of mode 0600.

    SafeInstallError where there is none, or where others may read it. Approvals are never signed by a file's key.
    """
    key = _key() if source == "keychain" else _key_in(Path(source))
    if key is None:
        raise SafeInstallError("There is no signing key in the keychain.", hint="safe-install key create")
    return _public(key), lambda message: base64.b64encode(key.sign(message)).decode()


def _key_in(path: Path) -> Ed25519PrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise _without_extra() from error
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077:
                raise SafeInstallError(f"{path} may be read by others.", hint=f"chmod 600 {path}")
            return Ed25519PrivateKey.from_private_bytes(base64.b64decode(file.read(100)))
    except (OSError, ValueError) as error:
        raise SafeInstallError(
            f"{path} holds no key that can be read.", hint="safe-install key create --file PATH"
        ) from error


def _public(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _key() -> Ed25519PrivateKey | None:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from keyring.errors import KeyringError
    except ImportError as error:
        raise _without_extra() from error
    try:
        told = _keychain().get_password(SERVICE, ENTRY)
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(told)) if told else None
    except (KeyringError, ValueError) as error:
        raise SafeInstallError(
            "The signing key in the keychain cannot be read.", hint="Is the keychain locked?"
        ) from error


def _keychain() -> KeyringBackend:
    """Open the system's keychain; SafeInstallError where there is none: a key is never kept in a plain file instead."""
    import keyring

    chosen = keyring.get_keyring()
    for backend in getattr(chosen, "backends", None) or [chosen]:
        if not type(backend).__module__.startswith((*_NO_KEYCHAIN, "keyring.backends.chainer")):
            return backend
    raise SafeInstallError(
        "There is no keychain on this machine, and a signing key is never kept in a plain file.",
        hint="Sign on a machine with a desktop's keychain (Secret Service, KWallet, macOS or Windows).",
    )


def _without_extra() -> UsageError:
    return UsageError("This project's approvals are signed, and what reads signatures is not installed.", hint=EXTRA)
