"""Which certificates are trusted: those that npm would trust, with the same configuration."""

from __future__ import annotations

import ssl
import threading
from contextlib import suppress

import certifi

from safe_install.errors import RegistryError
from safe_install.scan.fetch.registries import Registries

Certificate = tuple[str, str]
"""The paths of a client's certificate and of its key."""


class Certificates:
    """TLS contexts, one for each client certificate (and one without), made when first needed."""

    def __init__(self, registries: Registries) -> None:
        self._registries = registries
        self._contexts: dict[Certificate | None, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def context(self, shown: Certificate | None) -> ssl.SSLContext:
        """Give the context for connections that show this certificate; `RegistryError` when a file is no good."""
        with self._lock:
            if shown not in self._contexts:
                self._contexts[shown] = self._make(shown)
            return self._contexts[shown]

    def _make(self, shown: Certificate | None) -> ssl.SSLContext:
        """Trust ``cafile`` or ``ca`` and nothing else, as npm does, or else Mozilla's list and NODE_EXTRA_CA_CERTS."""
        registries = self._registries
        own = registries.cafile or registries.ca
        try:
            context = ssl.create_default_context(
                cafile=registries.cafile or (None if own else certifi.where()),
                cadata=None if registries.cafile else "\n".join(registries.ca) or None,
            )
            if registries.extra_cafile and not own:
                with suppress(FileNotFoundError):  # node, too, goes on without it
                    context.load_verify_locations(registries.extra_cafile)
            if shown:
                context.load_cert_chain(*shown)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise RegistryError(
                f"a certificate file that npm is configured for cannot be used: {error}",
                hint="correct cafile, ca or certfile in .npmrc, or NODE_EXTRA_CA_CERTS",
            ) from error
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT  # node, too, bears with what companies issue for themselves
        if not registries.strict_ssl:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context
