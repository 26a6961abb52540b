"""Who wrote a case, as far as it can be believed, and what is blocked because of whom."""

from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from ancora.cases.models import Case, CaseConversation, Status
from ancora.cases.queries.cases import conversation_ids_of, visible_cases
from ancora.conversations.judging import blocked
from ancora.conversations.models import Direction, ImageConsent, Message, Place, SenderBlock
from ancora.conversations.remote_images import image_consents


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a case is in spam, and what can be done: `address` wrote it; `spam` says who took it for spam (border,
    blocked, empty: a person); `block`: the block its sender is under now."""

    address: str
    spam: str
    block: SenderBlock | None


def suspicion_of(case: Case) -> Suspicion:
    """What the head of a case says about its sender; two queries, one when nobody is blocked."""
    first = _received_in(case).values_list("from_address", "spam").first()
    address, spam = first or ("", "")
    block_id = blocked(address) if address else None
    block = SenderBlock.objects.select_related("author").filter(pk=block_id).first() if block_id else None
    return Suspicion(address, spam, block)


def sender_address_of(case: Case) -> str:
    """The address that the first received mail of a case came from; empty when there is none."""
    return _received_in(case).values_list("from_address", flat=True).first() or ""


def blocks(viewer) -> QuerySet[SenderBlock]:
    """Blocks in force, the newest first, each with `mails`: how many it has caught."""
    caught = Message.objects.filter(block=OuterRef("pk")).order_by().values("block").annotate(mails=Count("*"))
    found = SenderBlock.objects.filter(lifted_at__isnull=True).select_related("author")
    return found.annotate(mails=Coalesce(Subquery(caught.values("mails")), 0)).order_by("-created_at", "-pk")


def block_for(viewer, pk: int) -> SenderBlock:
    """One block in force, for an agent; not yours → 404."""
    block = blocks(viewer).filter(pk=pk).first() if viewer.is_agent else None
    if block is None:
        raise Http404("No such block.")
    return block


def consent_for(viewer, pk: int) -> ImageConsent:
    """A sender whose images are always shown, for an agent; not yours → 404."""
    consent = image_consents(viewer).filter(pk=pk).first() if viewer.is_agent else None
    if consent is None:
        raise Http404("No such consent.")
    return consent


def cases_held_by(viewer, block: SenderBlock) -> QuerySet[Case]:
    """The cases in spam that mail caught by this block began, as far as the viewer sees them."""
    places = Place.objects.filter(message__block=block, until__isnull=True).values("conversation_id")
    held = CaseConversation.objects.filter(conversation_id__in=places, until__isnull=True).values("case_id")
    return visible_cases(viewer).filter(pk__in=held, status=Status.SPAM)


def _received_in(case: Case) -> QuerySet[Message]:
    here = Place.objects.filter(conversation__in=conversation_ids_of(case), until__isnull=True).values("message_id")
    return Message.objects.filter(pk__in=here, direction=Direction.IN).order_by("recorded_at", "id")
