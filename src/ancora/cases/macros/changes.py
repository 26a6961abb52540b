"""What a macro, or the person who uses it, wants to become of a case: changes as short codes.

A code is a kind and a value, such as `waiting-customer`, `resolved-3`, `tag-5`, `owner-me`. Two changes with the same
*slot* exclude each other. Pure: no database.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

# In the order in which they are made: the owner after the team, which may release one; a task after the owner, whom it
# may be for; the status last. `untask` only takes back.
KINDS = ("priority", "tag", "untag", "team", "owner", "task", "untask", "open", "waiting", "resolved", "closed")
STATUS = ("open", "waiting", "resolved", "closed")
_CODE = re.compile(rf"({'|'.join(KINDS)})-([a-z_]{{1,12}}|[0-9]{{1,18}})")


@dataclass(frozen=True, slots=True)
class Change:
    """`value`: an id, or a word: of waiting on whom, of owner `me` or `nobody`, of team `none`."""

    kind: str
    value: str

    @classmethod
    def read(cls, code: str) -> Self | None:
        """The change of this code; None when it is none."""
        found = _CODE.fullmatch(code)
        return cls(found[1], found[2]) if found else None

    @property
    def code(self) -> str:
        return f"{self.kind}-{self.value}"

    @property
    def slot(self) -> str:
        if self.kind in STATUS:
            return "status"
        if self.kind in ("task", "untask"):
            return self.code
        return f"tag-{self.value}" if self.kind in ("tag", "untag") else self.kind

    @property
    def pk(self) -> int | None:
        """The id in it, if it is one."""
        return int(self.value) if self.value.isdecimal() else None


def in_order(changes: Iterable[Change]) -> list[Change]:
    """One for each slot, the later one of two, in the order in which they are made."""
    by_slot = {change.slot: change for change in changes}
    return sorted(by_slot.values(), key=lambda change: (KINDS.index(change.kind), change.value))
