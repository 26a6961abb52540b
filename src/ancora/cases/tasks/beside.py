"""What is written to a third party, beside the conversations with the customer."""

from django.utils.html import escape
from django.utils.translation import gettext as _

from ancora.cases.models import Case, CaseConversation
from ancora.cases.tasks.events import ThirdPartyNotified
from ancora.cases.tasks.models import Task
from ancora.conversations.commands.write import start_beside
from ancora.conversations.models import Message
from ancora.conversations.queries import own_addresses
from ancora.parties.models import ThirdParty
from ancora.platform.accounts.models import User
from ancora.platform.addresses import compared_address
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish

MOST_TEXT = 20_000


def write_first(case: Case, third_party: ThirdParty, title: str, text: str, author: User | None, **sent):
    """The side thread of a task, and the mail with which it begins, with the files that are `sent` along."""
    require_other_than_customer(case, third_party)
    link = CaseConversation.objects.filter(case=case, until__isnull=True).select_related("conversation__mailbox")
    words = f"{title.strip()}\n\n{text.strip()}".strip()
    return start_beside(
        link.order_by("id")[0].conversation,
        third_party,
        subject=title.strip()[:200],
        html=as_html(words),
        author=author,
        **sent,
    )


def require_other_than_customer(case: Case, third_party: ThirdParty) -> None:
    """What is written beside the customer must not reach the customer, nor ourselves."""
    address = compared_address(third_party.address)
    if case.customer.handles.filter(kind="email", value=address).exists():
        raise Refusal(_("%(address)s belongs to the customer. Write to them in the case.") % {"address": address})
    if address in own_addresses():
        raise Refusal(_("%(address)s is one of our own mailboxes. Give the task to a team.") % {"address": address})


def as_html(text: str) -> str:
    """Paragraphs and lines as they were typed."""
    parts = text.replace("\r\n", "\n")[:MOST_TEXT].split("\n\n")
    return "".join("<p>{}</p>".format("<br>".join(escape(part).split("\n"))) for part in parts if part.strip())


def tell_notified(case: Case, task: Task, message: Message, actor: Actor) -> None:
    """We wrote to the third party of the task."""
    event = ThirdPartyNotified(
        case_id=case.pk, task_id=task.pk, third_party_id=task.third_party_id, message_id=message.pk
    )
    publish(event, actor=actor)
