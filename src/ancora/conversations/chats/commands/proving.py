"""A visitor proves an address on its own wish: a link goes there by mail, and whoever opens it goes on as its owner."""

from django.db import transaction
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from ancora.conversations import tokens
from ancora.conversations.channels.email.compose import build, plain_text
from ancora.conversations.chats.commands.begin import Introduction, one_at_a_time, plain
from ancora.conversations.chats.commands.returning import link_with, ticket_of
from ancora.conversations.chats.queries import account_in_use
from ancora.conversations.chats.visitors import digest_of, standing_of
from ancora.conversations.drafting import Writing, draft_of
from ancora.conversations.events import MessageQueued
from ancora.conversations.identities import Identity
from ancora.conversations.identity import content_key, message_key
from ancora.conversations.jobs import send_outgoing
from ancora.conversations.models import (
    ChannelAccount,
    ChatVisitor,
    Conversation,
    Direction,
    Message,
    Outgoing,
    Place,
    Purpose,
    Recipient,
)
from ancora.conversations.search import index_message, words_in
from ancora.customers.models import Bounce, Handle, HandleKind
from ancora.platform import clock
from ancora.platform.accounts.models import LANGUAGES
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import store
from ancora.platform.http.pace import count, count_today
from ancora.platform.jobs import later

# To one address, and out of one conversation: nobody can be flooded from here.
MOST_A_DAY = 5


def may_mail_links(account: ChannelAccount) -> bool:
    """Whether a link can be mailed: we know our own address, and the mailbox is in use."""
    return bool(current_organisation().public_address) and account.mailbox.is_active


@transaction.atomic
def mail_link(account_token: str, visitor_token: str, *, email: str = "") -> str:
    """A link that is good for a week goes to this address, else to the one that the visitor left; the address. Nothing
    that a visitor wrote goes along: it may be a stranger's. `NoVisitor`; `Refusal` before anything was said, for what
    is no address or gave mail back, after the fifth of a day. Within a minute twice is once."""
    account = account_in_use(account_token)
    typed = plain(Introduction(email=email)).email
    one_at_a_time(visitor_token)
    standing = standing_of(account_token, visitor_token)
    address = typed or standing.email
    if not address:
        raise Refusal(_("Write your e-mail address."))
    if standing.conversation_id is None:
        raise Refusal(_("Write something, or choose a file."))
    if not may_mail_links(account):
        raise Refusal(_("We cannot send a link just now."))
    gone = Handle.objects.filter(kind=HandleKind.EMAIL, value=address, bounce=Bounce.HARD, bounced_at__isnull=False)
    if gone.exists():
        raise Refusal(_("Mail to %(address)s comes back. Is it written right?") % {"address": address})
    whose = digest_of(address)[:40]
    if count(f"link:{standing.conversation_id}:{whose}") > 1:
        # Pressed twice: it is on its way.
        return address
    budgets = (f"chat-link:{whose}", f"chat-link:{standing.conversation_id}")
    if max(map(count_today, budgets)) > MOST_A_DAY:
        raise Refusal(_("Enough links went there today. Look into your mail, also among the junk."))
    visitor = ChatVisitor.objects.select_related("conversation").get(pk=standing.visitor_id)
    known = dict(LANGUAGES)
    language = standing.language if standing.language in known else current_organisation().language
    with translation.override(language):
        link = link_with(account, ticket_of(visitor, address), language=language)
        _queue(account, visitor.conversation, address, link, language)
    return address


def _queue(account: ChannelAccount, conversation: Conversation, address: str, link: str, language: str) -> None:
    """What the desk sees of it is a sentence and not the link: whoever has that is the visitor."""
    mailbox, now = account.mailbox, clock.now()
    name = current_organisation().name
    writing = Writing(
        conversation=conversation,
        identity=Identity(mailbox, mailbox.name, mailbox.address),
        purpose=Purpose.ACKNOWLEDGEMENT,
        subject=_("Your link to the chat with %(name)s") % {"name": name},
        html=_html(name, link),
        to=[("", address)],
        author=None,
        language=language,
    )
    message_id = tokens.new_message_id(conversation.reference, mailbox.address.partition("@")[2])
    with translation.override(current_organisation().language):
        text = _("A link went to %(address)s. Who opens it has proved this address.") % {"address": address}
    message = Message.objects.create(
        direction=Direction.OUT,
        from_name=mailbox.name,
        from_address=mailbox.address,
        addresses={"to": [["", address]], "cc": []},
        subject=writing.subject,
        text=text,
        reply_text=text,
        auto=Purpose.ACKNOWLEDGEMENT,
        message_id=message_id,
        message_key=message_key(message_id),
        content_key=content_key(mailbox.address, now, message_id),
        sent_at=now,
        recorded_at=now,
    )
    Place.objects.create(message=message, conversation=conversation, since=now, actor_kind=SYSTEM.kind)
    index_message(message.pk, words_in(writing.subject, [], text))
    draft = draft_of(writing, text=plain_text(writing.html), message_id=message_id, at=now)
    outgoing = Outgoing.objects.create(
        message=message, mailbox=mailbox, file=store(build(draft)), purpose=writing.purpose, next_at=now
    )
    Recipient.objects.create(outgoing=outgoing, kind="to", name="", address=address)
    event = MessageQueued(
        message_id=message.pk,
        conversation_id=conversation.pk,
        customer_id=conversation.customer_id,
        mailbox_id=mailbox.pk,
        channel="email",
    )
    publish(event, actor=SYSTEM)
    later(send_outgoing, lock=f"conversation-{conversation.pk}", outgoing_id=outgoing.pk)


def _html(name: str, link: str) -> str:
    said = _(
        "Somebody who writes in the chat with %(name)s gave this address as their own. If it was you, open the link: "
        "then we know who you are, and you go on in the chat with nothing hidden."
    ) % {"name": name}
    door = format_html('<p><a href="{}">{}</a></p>', link, _("Go on in the chat"))
    ends = _("It is good for a week, and for you alone. If it was not you, do nothing.")
    return format_html("<p>{}</p>{}<p>{}</p>", said, door, ends)
