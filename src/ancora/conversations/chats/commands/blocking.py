"""Visitors of whom one of us wants to hear no more, until that is undone: a person decided it about a person, and it
does not end by itself."""

from django.db import transaction
from django.db.models import Q

from ancora.conversations.chats.models import ChatVisitor
from ancora.conversations.chats.words import topic_of
from ancora.conversations.events import VisitorBlocked, VisitorUnblocked
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import Telling, publish_all
from ancora.platform.live.lines import tell


@transaction.atomic
def block_visitors(conversation_id: int, *, author: User, held: list[ChatVisitor] | None = None) -> bool:
    """Nothing more is taken from whoever is in this chat, in whatever browser of theirs we know; what they said stays.
    Their open pages hear of it. False when nobody in it was unblocked. Whoever holds a case gives whom `hold_people`
    gave before: nobody else may be waited for by then."""
    return _change(conversation_id, author, held, is_blocked=True)


@transaction.atomic
def unblock_visitors(conversation_id: int, *, author: User, held: list[ChatVisitor] | None = None) -> bool:
    """They may write again; `held` as in `block_visitors`. False when nobody in this chat was blocked."""
    return _change(conversation_id, author, held, is_blocked=False)


def _change(conversation_id: int, author: User, held: list[ChatVisitor] | None, *, is_blocked: bool) -> bool:
    people = hold_people(conversation_id) if held is None else held
    changed = [one for one in people if (one.blocked_at is None) == is_blocked]
    if not changed:
        return False
    at, by = (clock.now(), author) if is_blocked else (None, None)
    ChatVisitor.objects.filter(pk__in=[one.pk for one in changed]).update(blocked_at=at, blocked_by=by)
    event, actor = VisitorBlocked if is_blocked else VisitorUnblocked, Actor.human(author)
    publish_all([Telling(event(visitor_id=one.pk, conversation_id=one.conversation_id), actor) for one in changed])
    for place in {conversation_id, *(one.conversation_id for one in changed if one.conversation_id)}:
        tell(topic_of(place), {"kind": "blocked", "is": is_blocked})
    return True


def hold_people(conversation_id: int) -> list[ChatVisitor]:
    """All browsers of the people in this chat write nothing until the transaction ends; held in the order in which
    whoever writes holds them, and to be called before a case is held."""
    known = None
    # A browser that came to them while we waited is not in sight of the statement that waited.
    while (held := _held(conversation_id)) != known:
        known = held
    return held


def _held(conversation_id: int) -> list[ChatVisitor]:
    here = ChatVisitor.objects.filter(conversation=conversation_id)
    people = here.values("account", "handle").distinct()
    theirs = Q(conversation=conversation_id)
    for one in people:
        theirs |= Q(account=one["account"], handle=one["handle"])
    return list(ChatVisitor.objects.select_for_update(no_key=True).filter(theirs).order_by("pk"))
