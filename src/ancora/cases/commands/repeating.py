"""What a case repeats of its messages, written anew."""

from ancora.cases.commands.locking import save
from ancora.cases.models import Case, Note
from ancora.cases.queries.cases import conversation_ids_of
from ancora.conversations.models import Conversation, Place, Sighting
from ancora.conversations.queries import excerpt_of


def repeat_messages(case: Case, *, unseen: list[int] | None = None) -> None:
    """After messages came or went. `unseen`: its mailboxes where nothing in it is of any; by default those it has, as
    none at all would show the case to everybody."""
    held = conversation_ids_of(case)
    places = Place.objects.filter(conversation__in=held, until__isnull=True)
    place = places.select_related("message").order_by("-message__recorded_at", "-message_id").first()
    newest = place.message if place else None
    case.excerpt = excerpt_of(newest.reply_text or newest.text) if newest else _beginning(case)
    case.last_message_at = max(newest.recorded_at, case.opened_at) if newest else case.last_message_at
    seen_at = Sighting.objects.filter(message__in=places.values("message")).values_list("mailbox", flat=True)
    begun_at = Conversation.objects.filter(pk__in=held, mailbox__isnull=False).values_list("mailbox", flat=True)
    case.mailbox_ids = sorted({*seen_at, *begun_at}) or (case.mailbox_ids if unseen is None else unseen)
    save(case, "excerpt", "last_message_at", "mailbox_ids")


def _beginning(case: Case) -> str:
    """Of a case without messages: what was written down when it was opened by hand."""
    note = Note.objects.filter(case=case).order_by("written_at").first()
    return excerpt_of(note.text) if note else ""
