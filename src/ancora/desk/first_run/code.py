"""The one-time code of the first run: whoever can read the server's terminal or home folder may set it up.

Without it, the first stranger who finds a fresh installation on the network would become its administrator.
"""

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

# Without letters and digits that are easily taken for one another.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def setup_code() -> str:
    """The code of this installation, in `home/setup-code` (0600); made when there is none."""
    path = _path()
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        code = "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(code + "\n")
        return code


def is_setup_code(given: str) -> bool:
    """Spaces, hyphens and capitals do not matter."""
    return hmac.compare_digest(_plain(given).encode(), _plain(setup_code()).encode())


def forget_setup_code() -> None:
    """Once set up, the code opens nothing."""
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.ANCORA_HOME) / "setup-code"


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())
