"""The certificate for STARTTLS, read anew when it was renewed."""

import logging
import ssl
from pathlib import Path

log = logging.getLogger("ancora.listening")


class Certificate:
    """`context()` gives what TLS needs, None where it cannot be read: then STARTTLS is not offered."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate, self._key = certificate, key
        self._context: ssl.SSLContext | None = None
        self._written_at: tuple[int, int] | None = None

    def context(self) -> ssl.SSLContext | None:
        try:
            written_at = self._certificate.stat().st_mtime_ns, self._key.stat().st_mtime_ns
            if written_at != self._written_at:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self._certificate, self._key)
                self._context, self._written_at = context, written_at
        except (OSError, ssl.SSLError) as error:
            # While a renewal is half written, the one that was read before goes on.
            log.error("The certificate %s cannot be used: %s", self._certificate, error)
        return self._context
