"""Troubles of the network in words that an administrator can act on."""

import socket
import ssl

from django.utils.translation import gettext as _


def trouble_in_words(error: BaseException, host: str, port: int) -> str:
    """One sentence on what went wrong between us and `host`, and what to look at."""
    place = {"host": host, "port": port, "error": _shown(error)}
    if isinstance(error, socket.gaierror):
        return _("The server name %(host)s is unknown. Check its spelling.") % place
    if isinstance(error, ssl.SSLCertVerificationError):
        place["error"] = error.verify_message or place["error"]
        return _("The certificate of %(host)s is not trusted: %(error)s.") % place
    if isinstance(error, ssl.SSLError):
        return (
            _(
                "TLS with %(host)s on port %(port)s fails (%(error)s). Check whether this port wants TLS from the"
                " start, STARTTLS or none."
            )
            % place
        )
    if isinstance(error, ConnectionRefusedError):
        return _("%(host)s refuses connections on port %(port)s. Check the port, and whether the server runs.") % place
    if isinstance(error, TimeoutError):
        return _("%(host)s does not answer on port %(port)s. Check the port and the firewall between.") % place
    if isinstance(error, ConnectionError | EOFError):
        return _("%(host)s closed the connection on port %(port)s: %(error)s.") % place
    return _("%(host)s cannot be reached on port %(port)s: %(error)s.") % place


def _shown(error: BaseException) -> str:
    """The message alone, without numbers and brackets where there is one."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.strip().rstrip(".")[:300]
