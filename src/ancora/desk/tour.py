"""What a visitor of a demo installation should try first."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

SESSION_KEY = "desk_tour_done"


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    text: str


def steps_for(request) -> list[Step]:
    """The steps on a demo installation until the visitor has put them away; else none."""
    if not _is_demo() or request.session.get(SESSION_KEY):
        return []
    return [
        Step(
            _("Answer somebody"),
            _("Open a case, press r, write, and send with Ctrl and Enter (⌘ and Enter on a Mac)."),
        ),
        Step(_("Tell a colleague"), _("Press n for a note: yellow paper, never sent to the customer.")),
        Step(
            _("Be the customer"),
            _("Write to the shop from a mail program or with “ancora demo mail”: a case within two seconds."),
        ),
        Step(_("See two agents live"), _("In a second window, as another person, change a case: both screens change.")),
        Step(_("Work by keyboard"), _("j and k walk through the list, Enter opens, e resolves, ? shows all keys.")),
    ]


def dismiss(request) -> None:
    request.session[SESSION_KEY] = True


@cache
def _is_demo() -> bool:
    return (Path(settings.ANCORA_HOME) / "demo.json").exists()
