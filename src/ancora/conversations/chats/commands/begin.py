"""How a chat begins, or goes on: who the visitor is, and the first line."""

import re
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.utils.translation import gettext as _

from ancora.conversations.channels.chat.posted import Introduction
from ancora.conversations.chats.commands.introducing import introduce, is_another, value_of
from ancora.conversations.chats.commands.post import Posted, checked, posted_before, storable, write_line
from ancora.conversations.chats.queries import account_in_use
from ancora.conversations.chats.signed import SignedPerson
from ancora.conversations.chats.visitors import (
    Blocked,
    NoVisitor,
    digest_of,
    hold_beside,
    is_token,
    refuse_haste,
    standing_of,
)
from ancora.conversations.drafting import Upload
from ancora.conversations.models import ChannelAccount, ChatVisitor
from ancora.customers.models import Handle
from ancora.customers.queries import normal_address
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.text.masking import covered

_UNKNOWN = Introduction()
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")


def begin_chat(
    account_token: str,
    visitor_token: str,
    *,
    client_key: UUID,
    text: str,
    files: list[Upload] = (),
    introduction: Introduction = _UNKNOWN,
) -> Posted:
    """The visitor with this token, made when it is new, and its line: in the conversation that goes on, in that of the
    same person at another browser, or in a new one. Whoever begins again with the same `client_key` finds what the
    first time made. `NoVisitor` where no such chat exists, `Closed` where it is not in use."""
    account = account_in_use(account_token)
    if not is_token(visitor_token):
        raise Refusal(_("The browser did not say who it is. Load the page again."))
    text, said = checked(text, files), plain(introduction)
    with transaction.atomic():
        # The same beginning, sent twice, takes turns: the second finds what the first one made.
        one_at_a_time(visitor_token)
        hold_all(account, visitor_token, said.person)
        meet(account, visitor_token, said, said.person)
        standing = standing_of(account_token, visitor_token, client_key=client_key, is_held=True)
        if standing.number is not None:
            return posted_before(standing)
        refuse_haste(standing)
        return write_line(standing, client_key=client_key, text=text, files=files)


def plain(said: Introduction) -> Introduction:
    """What was said as it is kept; `Refusal` for an address that is none."""
    words = (said.name, said.email, said.language)
    name, email, language = (" ".join(storable(word).split()) for word in words)
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Refusal(_("“%(address)s” is no e-mail address.") % {"address": email[:100]}) from None
    found = _LANGUAGE.match(language.lower())
    # Who says so has proved nothing.
    name = covered(name).text
    return Introduction(name[:200], normal_address(email)[:320], found[0] if found else "", said.person)


def one_at_a_time(visitor_token: str) -> None:
    """Whoever changes who this browser is waits here for the others, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(746004, hashtext(%s))", [digest_of(visitor_token)])


def hold_all(account: ChannelAccount, token: str, person: SignedPerson | None) -> None:
    """Whom `meet` is about writes nothing and is not blocked until the transaction ends; before any row is held."""
    hold_beside(token, account_id=account.pk, user=value_of(account, person) if person else "")


def meet(account: ChannelAccount, token: str, said: Introduction, person: SignedPerson | None) -> None:
    """The visitor with this token is known, with what is said of it. Whoever calls holds its turn, and all (`hold_all`)
    where a person is vouched for."""
    digest, now = digest_of(token), clock.now()
    known = ChatVisitor.objects.select_related("handle__customer").filter(token_digest=digest, account=account).first()
    if known is None and ChatVisitor.objects.filter(token_digest=digest).exists():
        raise NoVisitor(_("This chat is not known here any more. Begin a new one."))
    if known and person and is_another(account, person, known.handle):
        # Two people at one computer: the second begins with a token of its own, and reads nothing of the first.
        raise NoVisitor(_("This chat is not known here any more. Begin a new one."))
    handle = introduce(account, digest, said.name, said.language, person, known.handle if known else None)
    if person:
        _refuse_blocked(account, handle)
    given = {
        "handle": handle,
        "name": (person.name if person else "") or said.name,
        "email": normal_address(person.email)[:320] if person and person.email else said.email,
        "language": said.language,
    }
    if known is None:
        conversation_id = _elsewhere(account, handle) if person else None
        ChatVisitor.objects.create(
            account=account, token_digest=digest, began_at=now, seen_at=now, conversation_id=conversation_id, **given
        )
        return
    changed = {name: value for name, value in given.items() if value and getattr(known, name) != value}
    ChatVisitor.objects.filter(pk=known.pk).update(seen_at=now, **changed)


def _refuse_blocked(account: ChannelAccount, handle: Handle) -> None:
    """Who is known by the website is blocked in every browser."""
    theirs = ChatVisitor.objects.filter(account=account, handle=handle, blocked_at__isnull=False)
    if at := theirs.values_list("blocked_at", flat=True).first():
        raise Blocked(at)


def _elsewhere(account: ChannelAccount, handle: Handle) -> int | None:
    """The conversation that the same person, known by the website, has at another browser."""
    theirs = ChatVisitor.objects.filter(account=account, handle=handle, conversation__isnull=False)
    return theirs.order_by("-seen_at", "-id").values_list("conversation_id", flat=True).first()
