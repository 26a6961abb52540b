"""Colleagues who are at a case, in words and faces."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from ancora.cases.queries import Colleague

# The place beside the subject is kept free for so many, and for the number of the others.
MOST_FACES = 3
_LIVELIEST = ("writing", "viewing", "away")
_ICONS = {"writing": "edit", "viewing": "eye", "away": "moon"}


@dataclass(frozen=True, slots=True)
class Face:
    """One colleague; `words` say who does what."""

    id: int
    initials: str
    state: str
    icon: str
    words: str


def faces_of(colleagues: list[Colleague]) -> dict:
    """`everybody`, whoever came first first; `faces`, the liveliest of them in the same order; how many `more`."""
    everybody = [Face(one.user.pk, one.user.initials, one.state, _ICONS[one.state], _words(one)) for one in colleagues]
    liveliest = sorted(everybody, key=lambda face: _LIVELIEST.index(face.state))[:MOST_FACES]
    faces = [face for face in everybody if face in liveliest]
    return {"everybody": everybody, "faces": faces, "more": len(everybody) - len(faces)}


def sign_of(colleagues: list[Colleague]) -> dict[str, str]:
    """For a row of a list: the liveliest state, and who it is."""
    states = {one.state for one in colleagues}
    state = next(state for state in _LIVELIEST if state in states)
    return {"state": state, "words": ", ".join(_words(one) for one in colleagues)}


def _words(one: Colleague) -> str:
    if one.state == "writing":
        return _("%(name)s is writing") % {"name": one.user}
    if one.state == "away":
        return _("%(name)s has it open, but is not looking") % {"name": one.user}
    return _("%(name)s is looking at it") % {"name": one.user}
