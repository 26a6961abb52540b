"""Whoever sends something should know what the case looks like by now."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked
from ancora.cases.models import Case
from ancora.cases.queries.answering import written_since
from ancora.cases.queries.overtaking import done_since
from ancora.cases.queries.timeline import Entry
from ancora.conversations.commands.queue_message import sent_before
from ancora.conversations.models import Message
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal


@dataclass(frozen=True, slots=True)
class Known:
    """What the screen showed when the text was begun: the newest message that came in, the last event of the case.
    None: whoever writes does not say."""

    seen: int | None = None
    as_of: int | None = None


class Overtaken(Refusal):
    """Somebody was quicker. `newer`: messages that came in · `done`: what colleagues did · `known`: what is known
    once that was read · `is_final`: the case is away by now, sending once more does not help."""

    def __init__(self, newer: list[Message], done: list[Entry], known: Known, *, is_final: bool = False):
        super().__init__(_words(newer, done, is_final=is_final))
        self.newer, self.done, self.known, self.is_final = newer, done, known, is_final


def writable(case: Case, known: Known, *, author: User, form_key: UUID | None) -> Case:
    """The case, held until what `author` sends has its place in it; `Overtaken` when others went on meanwhile. A form
    that was sent already is answered as the first time, whatever came since."""
    case = locked(case)
    newer = written_since(case, known.seen) if known.seen is not None else []
    done, as_of = done_since(case, known.as_of, by_others_than=author) if known.as_of is not None else ([], None)
    if (newer or done) and not sent_before(form_key):
        seen = newer[-1].pk if newer else known.seen
        raise Overtaken(newer, done, Known(seen, as_of), is_final=case.is_removed)
    if case.is_removed:
        raise Refusal(away())
    return case


def away() -> str:
    """Why nothing is written in a case that is put away."""
    return _("The case is in spam or trash. Take it back before you answer.")


def _words(newer: list[Message], done: list[Entry], *, is_final: bool) -> str:
    """What weighs most: an answer of a colleague before what the customer wrote, that before a note or a change."""
    if is_final:
        return away()
    by_kind = {entry.kind: entry.who for entry in done}
    if who := by_kind.get("message"):
        return _("%(who)s sent a message while you were writing. Yours was not sent: read it, then decide.") % {
            "who": who
        }
    if newer:
        who = newer[-1].from_name or newer[-1].from_address or _("Somebody")
        return _("%(who)s wrote while you were writing. Nothing was sent: read it, then send again.") % {"who": who}
    if who := by_kind.get("note"):
        return _("%(who)s left a note while you were writing. Nothing was sent: read it, then decide.") % {"who": who}
    return _("%(who)s changed the case while you were writing. Nothing was sent: look at it, then decide.") % {
        "who": by_kind["change"]
    }
