"""Which customer a mail is from, as far as its evidence goes."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from ancora.conversations.channels.email.parsing import ParsedMail
from ancora.conversations.channels.email.trust import Verdict
from ancora.conversations.models import Conversation
from ancora.customers.commands import create_customer, observe_handle, verify_handle
from ancora.customers.models import Handle, HandleKind
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.events.actors import SYSTEM


def sender_of(parsed: ParsedMail, verdict: Verdict, conversation_id: int | None) -> tuple[Handle | None, int]:
    """(handle, customer id) of who wrote, made when it is new.

    A mail that failed has no handle and never belongs to the customer of that address by itself: in a conversation
    that a reply token proved it counts for the customer of that one, else for a new one, marked as not verified.
    """
    from_ = parsed.from_ or next(iter(parsed.reply_to), None)
    name = (from_.name if from_ else "") or ""
    if verdict.is_failed:
        if conversation_id is not None:
            return None, Conversation.objects.values_list("customer_id", flat=True).get(pk=conversation_id)
        return None, create_customer(name=_unproved(name or from_.address), actor=SYSTEM).pk
    if from_ is None or not from_.address:
        return None, create_customer(name=name or _("Unknown sender"), actor=SYSTEM).pk
    handle = observe_handle(HandleKind.EMAIL, from_.address, name=name, language=parsed.language or "")
    if verdict.proof and not verdict.spam:
        verify_handle(handle, method=verdict.proof, actor=SYSTEM)
    return handle, handle.customer_id


def _unproved(name: str) -> str:
    """In the language of the organisation: the worker has none of its own."""
    with override(current_organisation().language):
        return _("%(name)s (not verified)") % {"name": name[:180]}
