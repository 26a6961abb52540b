"""What the border server says of spam: one header, one pattern."""

import re
from dataclasses import dataclass

from .fields import Field

# name: pattern, as an administrator writes them.
PRESETS = {
    "SpamAssassin": "X-Spam-Flag: YES",
    "SpamAssassin, by status": "X-Spam-Status: Yes",
    "Rspamd": "X-Spam: Yes",
    "Microsoft 365": "X-Forefront-Antispam-Report: *SFV:SPM*",
    "Exchange": "X-MS-Exchange-Organization-SCL: >=5",
}
RULE = re.compile(r"([!-9;-~]{1,100})\s*:\s*(\S.{0,200})\Z")
AT_LEAST = re.compile(r">=\s*(-?\d+(?:\.\d+)?)\Z")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class SpamRule:
    """A mail is spam when the header `name` begins with `pattern`; `*` stands for anything, `>=5` for numbers."""

    name: str
    pattern: str

    def fits(self, fields: list[Field]) -> bool:
        return any(field.name == self.name and self._is_met(field.value) for field in fields)

    def _is_met(self, value: str) -> bool:
        if least := AT_LEAST.match(self.pattern):
            found = NUMBER.match(value)
            return found is not None and float(found[0]) >= float(least[1])
        pieces = [piece.lower() for piece in self.pattern.split("*")]
        value = value.lower()
        if not value.startswith(pieces[0]):
            return False
        at = len(pieces[0])
        for piece in pieces[1:]:
            at = value.find(piece, at)
            if at < 0:
                return False
            at += len(piece)
        return True


def read_rule(text: str) -> SpamRule | None:
    """The rule an administrator wrote; None for an empty text, `ValueError` for one that cannot be understood."""
    text = text.strip()
    if not text:
        return None
    match = RULE.match(text)
    if match is None or match[2].count("*") > MOST_STARS or not match[2].strip("* "):
        raise ValueError("write a header, a colon and how it begins: X-Spam-Flag: YES")
    if match[2].startswith(">=") and not AT_LEAST.match(match[2].strip()):
        raise ValueError("write a number behind >=, as in X-Spam-Score: >=5")
    return SpamRule(match[1].lower(), match[2].strip())
