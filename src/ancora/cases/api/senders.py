"""Senders: who is blocked, and whose a mail really is."""

from datetime import datetime
from typing import Annotated

from ninja import Field, Query, Router, Schema, Status

from ancora.cases import commands
from ancora.cases.queries import block_for, blocks, case_with, message_for
from ancora.conversations.api import MessageOut, message_shown
from ancora.conversations.commands.blocks import block_sender
from ancora.platform.http.programs import PROBLEMS, Line, agent_of

router = Router(tags=["senders"])


class BlockOut(Schema):
    """kind: address or domain · `mails`: how many mails it has put into spam."""

    id: int
    kind: str
    value: str
    why: str
    author: int
    created_at: datetime
    mails: int


class BlockIn(Schema):
    """`address`: of a sender, or any at a domain with `whole_domain`, which leads may."""

    address: Annotated[Line, Field(min_length=3, max_length=320)]
    whole_domain: bool = False
    why: Annotated[Line, Field(max_length=200)] = ""


class UnblockQuery(Schema):
    """`restores`: take back the cases that it put into spam."""

    restores: bool = False


class UnblockedOut(Schema):
    """How many cases were taken back."""

    restored: int


@router.get("/blocks", response={200: list[BlockOut], **PROBLEMS}, summary="Blocked senders")
def list_blocks(request):
    """Those in force, the newest first, at most 1000."""
    return [_shown(block) for block in blocks(request.user)[:1000]]


@router.post("/blocks", response={201: BlockOut, **PROBLEMS}, summary="Block a sender")
def block(request, given: BlockIn):
    """Later mail goes to spam. Refused for own addresses, colleagues, and domains that the organisation or everybody
    uses."""
    agent = agent_of(request)
    made = block_sender(given.address, author=agent, why=given.why, whole_domain=given.whole_domain)
    return Status(201, _shown(block_for(agent, made.pk)))


@router.delete("/blocks/{int:pk}", response={200: UnblockedOut, **PROBLEMS}, summary="Lift a block")
def unblock(request, pk: int, query: Query[UnblockQuery]):
    agent = agent_of(request)
    restored = commands.unblock_sender(block_for(agent, pk), author=agent, restores=query.restores)
    return UnblockedOut(restored=restored)


@router.post("/messages/{int:pk}/sender", response={200: MessageOut, **PROBLEMS}, summary="Say whose a mail really is")
def link_sender(request, pk: int):
    """A mail that failed the check of its sender belongs to the customer of its address from now on."""
    return _said(request, pk, commands.link_sender_in)


@router.delete("/messages/{int:pk}/sender", response={200: MessageOut, **PROBLEMS}, summary="Take that back")
def unlink_sender(request, pk: int):
    return _said(request, pk, commands.unlink_sender_in)


def _said(request, pk: int, command) -> MessageOut:
    agent = agent_of(request)
    message = message_for(agent, pk)
    command(case_with(message), message, author=agent)
    return message_shown(message_for(agent, pk))


def _shown(block) -> BlockOut:
    names = ("kind", "value", "why", "created_at", "mails")
    return BlockOut(id=block.pk, author=block.author_id, **{name: getattr(block, name) for name in names})
