"""As whom we write: the addresses of a mailbox, each with the name that is shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ancora.conversations.models import Conversation, Direction, Mailbox, Place, Purpose
from ancora.conversations.queries import SECRETS, hidden_mailbox_ids, mailboxes
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal

# Where examples are written to, and as whom they are answered while there is no mailbox: nobody can have it.
NOWHERE = "desk@our-company.example"


@dataclass(frozen=True, slots=True)
class Identity:
    """One address of a mailbox with its shown name."""

    mailbox: Mailbox
    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


def identities_of(mailbox: Mailbox) -> list[Identity]:
    """Those of one mailbox, its own address first."""
    names = mailbox.alias_names
    further = [
        Identity(mailbox, names.get(alias.lower()) or mailbox.name, alias)
        for alias in mailbox.aliases
        if alias.lower() != mailbox.address.lower()
    ]
    return [Identity(mailbox, mailbox.name, mailbox.address), *further]


# Plain SQL: every case page asks. What a choice of identities shows of a mailbox; the rest is read when asked for.
_SHOWN = """
SELECT id, name, address, aliases, alias_names, signature FROM conversations_mailbox
WHERE is_active AND id <> ALL(%s::bigint[]) ORDER BY name, id
"""


def identities(viewer) -> list[Identity]:
    """All as whom `viewer` may write, to be shown: those of mailboxes in use that the viewer sees."""
    return _identities(Mailbox.objects.raw(_SHOWN, [hidden_mailbox_ids(viewer)]))


def _identities(found: Iterable[Mailbox]) -> list[Identity]:
    return [identity for mailbox in found for identity in identities_of(mailbox)]


def identity_for(viewer, address: str) -> Identity:
    """The viewer's identity with this address; `Refusal` when it is not theirs, or no longer."""
    wanted = address.strip().lower()
    known = _identities(mailboxes(viewer).defer(*SECRETS).filter(is_active=True))
    found = next((one for one in known if one.address.lower() == wanted), None)
    if found is None:
        raise Refusal(_("You cannot write as %(address)s. Choose another sender.") % {"address": address[:320]})
    return found


def usual_identity(known: list[Identity], conversation: Conversation) -> Identity | None:
    """Which of somebody's `known` identities writes in a conversation when nothing else is chosen: of its mailbox the
    address that wrote there last, else the mailbox's own. The first of all where that mailbox is not among them."""
    own = [one for one in known if one.mailbox.pk == conversation.mailbox_id]
    last = _last_address(conversation) if len(own) > 1 else ""
    return next((one for one in own if one.address.lower() == last), next(iter(own or known), None))


def default_identity(conversation: Conversation) -> Identity:
    """Of the conversation's mailbox, else of the first in use. `Refusal` when there is none to send from; an example,
    from which nothing is sent, needs none."""
    mailbox = conversation.mailbox
    if mailbox is None or not mailbox.is_active:
        mailbox = Mailbox.objects.filter(is_active=True).order_by("id").first() or mailbox
    if mailbox is None and conversation.is_example:
        mailbox = Mailbox(name=current_organisation().name, address=NOWHERE)
    if mailbox is None:
        raise Refusal(_("There is no mailbox to send from. An administrator can connect one in the settings."))
    return Identity(mailbox, mailbox.name, mailbox.address)


def _last_address(conversation: Conversation) -> str:
    """The address a colleague wrote from last, lower case; forwarded mail and acknowledgements do not count."""
    places = Place.objects.filter(conversation=conversation, until__isnull=True, message__direction=Direction.OUT)
    written = places.filter(message__outgoing__purpose__in=[Purpose.REPLY, Purpose.NEW]).order_by("-message_id")
    return (written.values_list("message__from_address", flat=True).first() or "").lower()
