"""What merging two cases, or undoing that, would do: said before it is done."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from ancora.cases.models import Case, CaseConversation, CaseMerge, Note, Status, Tag
from ancora.cases.queries.cases import conversation_ids_of, parts_of, tags_of, visible_cases
from ancora.conversations.models import Acknowledgement, Direction, Mailbox, Outgoing, OutgoingState, Place
from ancora.platform import clock
from ancora.platform.accounts.models import User

_BY_MACHINES = ("bounce", "auto_reply", "loop")


class Standing(NamedTuple):
    """Who answers for a case, and where it stands."""

    owner: User | None
    status: str
    waiting_on: str
    priority: int
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Merging:
    """`case` would become a part of `survivor`, which then stands as `result` with `tags`.

    messages, notes: how many go over · parts: numbers of the cases that were merged into `case` before and come along ·
    on_their_way: messages of ours in `case` that have not left · acknowledged: whether its customer was told its number
    · opens_mailboxes: somebody who sees only a part of the mail will see all of it.
    """

    case: Case
    survivor: Case
    result: Standing
    tags: list[Tag]
    messages: int
    notes: int
    parts: list[int]
    on_their_way: int
    acknowledged: bool
    opens_mailboxes: bool

    @property
    def customers_differ(self) -> bool:
        return self.case.customer_id != self.survivor.customer_id

    @property
    def addresses(self) -> list[str]:
        """How both customers are known."""
        customers = {self.survivor.customer_id: self.survivor.customer, self.case.customer_id: self.case.customer}
        return [handle.shown for customer in customers.values() for handle in customer.handles.all()]

    @property
    def seen(self) -> str:
        """Whose the two cases are: what whoever merges has read."""
        return f"{self.case.customer_id}-{self.survivor.customer_id}"

    @property
    def standing(self) -> Case:
        """The survivor as it will be; not to be saved."""
        return Case(**self.result._asdict())

    @property
    def changes(self) -> set[str]:
        """What of the survivor will be otherwise."""
        one = self.survivor
        now = Standing(one.owner, one.status, one.waiting_on, one.priority, _moment_of(one))
        return {name for name, before, after in zip(Standing._fields, now, self.result, strict=True) if before != after}


@dataclass(frozen=True, slots=True)
class Unmerging:
    """`case` would leave `holder`. messages: how many go with it, of which `newer` came since · parts: numbers of the
    cases that go along · is_woken: a customer wrote in it meanwhile, so that it will be open."""

    merge: CaseMerge
    holder: Case
    messages: int
    newer: int
    notes: int
    parts: list[int]
    is_woken: bool

    @property
    def standing(self) -> Case:
        """The case as it will be; not to be saved."""
        merge = self.merge
        status, on = (Status.OPEN, "") if self.is_woken else (merge.status_before, merge.waiting_on_before)
        kept = {} if self.is_woken else {"outcome": merge.case.outcome, "waits_until": merge.case.waits_until}
        return Case(status=status, waiting_on=on, **kept)


def merging_of(case: Case, survivor: Case) -> Merging:
    """What merging `case` into `survivor` would do; a constant number of queries."""
    held = conversation_ids_of(case)
    here = Place.objects.filter(conversation__in=held, until__isnull=True)
    under_way = Outgoing.objects.filter(
        message__in=here.values("message_id"), state__in=(OutgoingState.QUEUED, OutgoingState.SENDING)
    )
    told = Acknowledgement.objects.filter(received__in=here.values("message_id"), message__isnull=False)
    return Merging(
        case,
        survivor,
        standing_after(case, survivor),
        sorted({*tags_of(case), *tags_of(survivor)}, key=lambda tag: tag.label.lower()),
        here.count(),
        Note.objects.filter(case__in=parts_of(case)).count(),
        _references(case),
        under_way.count(),
        told.exists(),
        _opens_mailboxes(case, survivor),
    )


def why_not(case: Case, other: Case) -> str:
    """Why these two cannot be merged, in words; empty when they can."""
    if case.pk == other.pk:
        return _("A case cannot be merged into itself. Choose another one.")
    for one in (case, other):
        if one.is_removed:
            return _("%(case)s is in spam or trash. Take it back first.") % {"case": one}
    if case.is_example != other.is_example:
        return _("One of the two is an example, the other one is real. They cannot be merged.")
    return ""


def standing_after(case: Case, survivor: Case) -> Standing:
    """Of the survivor when the other one is a part of it: its own owner, else the other's if they may own cases; what
    is to be done in one of them is to be done, and what waits comes back at the earlier moment; the higher priority."""
    owner = survivor.owner
    if owner is None and case.owner and case.owner.is_active and case.owner.is_agent:
        owner = case.owner
    priority, until = max(case.priority, survivor.priority), _earlier(_moment_of(survivor), _moment_of(case))
    if Status.OPEN in (case.status, survivor.status) or (until and until <= clock.now()):
        return Standing(owner, str(Status.OPEN), "", priority)
    waits = case if case.status == Status.WAITING and survivor.status != Status.WAITING else survivor
    return Standing(owner, str(waits.status), waits.waiting_on, priority, until)


def _moment_of(case: Case) -> datetime | None:
    return case.waits_until if case.status == Status.WAITING else None


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min(filter(None, (one, other)), default=None)


def unmerging_of(merge: CaseMerge) -> Unmerging:
    """What undoing a merge in force would do; a constant number of queries."""
    case, holder = merge.case, merge.case.merged_into
    parts = parts_under(case, holder)
    begun = [pk for pk, home in homes_in(holder).items() if home in parts]
    here = Place.objects.filter(conversation__in=begun, until__isnull=True)
    others = Case.objects.filter(pk__in=parts).exclude(pk=case.pk).order_by("reference")
    return Unmerging(
        merge,
        holder,
        here.count(),
        here.filter(message__recorded_at__gt=merge.since).count(),
        Note.objects.filter(case__in=parts).count(),
        list(others.values_list("reference", flat=True)),
        merge.status_before != Status.OPEN and have_written(here, merge.since),
    )


def have_written(places: QuerySet[Place], since) -> bool:
    """Whether a person wrote to us there after a moment."""
    came = places.filter(message__direction=Direction.IN, message__recorded_at__gt=since)
    return came.exclude(message__auto__in=_BY_MACHINES).exists()


def merge_for(viewer, pk: int) -> CaseMerge:
    """A merge of cases that the viewer sees; not yours → 404. Once it is undone `until` says since when."""
    people = "author", "undone_by"
    cases = "case__merged_into__customer", "case__outcome", "case__customer", "into"
    merge = CaseMerge.objects.select_related(*people, *cases).filter(pk=pk).first()
    if merge is None or not visible_cases(viewer).filter(pk=merge.case.merged_into_id or merge.case_id).exists():
        raise Http404("No such merge.")
    return merge


def merge_of(viewer, reference: int) -> CaseMerge:
    """The merge in force of the case with this number; not yours, or on its own → 404."""
    found = CaseMerge.objects.filter(case__reference=reference, until__isnull=True).values_list("pk", flat=True)
    return merge_for(viewer, found.first() or 0)


def merge_into(case: Case, reference: str | int | None) -> CaseMerge | None:
    """How the case with this number became a part of `case`; None when it is not."""
    if reference is None or not str(reference).isdecimal() or len(str(reference)) > 18:
        return None
    found = CaseMerge.objects.filter(case__reference=int(reference), case__merged_into=case, until__isnull=True)
    return found.select_related("case", "into", "author").first()


def merges_in(case: Case) -> list[CaseMerge]:
    """The merges in force by which others are parts of `case`, the first one first."""
    found = CaseMerge.objects.filter(case__merged_into=case, until__isnull=True)
    return list(found.select_related("case", "into", "author").order_by("since", "pk"))


def parts_under(case: Case, holder: Case) -> set[int]:
    """The ids of `case` and of all that are parts of it, directly or not, while `holder` holds them all."""
    edges = CaseMerge.objects.filter(case__merged_into=holder, until__isnull=True).values_list("case_id", "into_id")
    edges, parts, found = list(edges), set(), {case.pk}
    while found:
        parts |= found
        found = {part for part, into in edges if into in found} - parts
    return parts


def homes_in(holder: Case) -> dict[int, int]:
    """The conversations that a case holds, in its order, each with the case it began with."""
    held = conversation_ids_of(holder)
    links = CaseConversation.objects.filter(conversation__in=held).order_by("conversation", "id")
    home = dict(links.distinct("conversation").values_list("conversation_id", "case_id"))
    return {pk: home[pk] for pk in held}


def _opens_mailboxes(case: Case, survivor: Case) -> bool:
    differing = set(case.mailbox_ids) ^ set(survivor.mailbox_ids)
    return Mailbox.objects.filter(pk__in=differing, teams__isnull=False).exists()


def _references(case: Case) -> list[int]:
    return list(Case.objects.filter(merged_into=case).order_by("reference").values_list("reference", flat=True))
