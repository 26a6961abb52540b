"""Two cases that are one matter: one becomes a part of the other, by a link that can be taken back at any time."""

from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import MergedMeanwhile, forget_held, hold_with_parts, save
from ancora.cases.commands.merged_standing import stand_as, take_back
from ancora.cases.commands.repeating import repeat_messages
from ancora.cases.commands.status import reopen_case
from ancora.cases.events import CaseMerged, CaseUnmerged
from ancora.cases.models import Case, CaseConversation, CaseMerge, CaseTag, Status
from ancora.cases.problems.queries import torn_between, torn_words
from ancora.cases.queries.cases import conversation_ids_of
from ancora.cases.queries.merging import have_written, homes_in, parts_under, standing_after, why_not
from ancora.conversations.commands.link_sender import give_conversations
from ancora.conversations.models import Conversation, Place
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time


@transaction.atomic
def merge_cases(
    case: Case, *, into: Case, author: User, seen: str | None = None, form_key: UUID | None = None
) -> CaseMerge:
    """`case` becomes a part of `into`, which holds its conversations, notes and tags from now on: later answers to them
    land there, and its number leads there. Nothing when it is a part of it already. `into` stands as `standing_after`
    says. `seen`: whose the two were when `author` decided; refused when that has changed.

    Refused too: a case in spam or trash, one that is a part of another case, an example with a real case.
    """
    one_at_a_time(form_key)
    hold_with_parts(case, into)
    if case.merged_into_id == into.pk:
        return CaseMerge.objects.get(case=case, until__isnull=True)
    _require_mergeable(case, into, seen)
    merge = CaseMerge.objects.create(
        case=case,
        into=into,
        since=clock.now(),
        author=author,
        status_before=case.status,
        waiting_on_before=case.waiting_on,
        mailbox_ids_before=into.mailbox_ids,
    )
    result = standing_after(case, into)
    _hand_over(conversation_ids_of(case), case, into)
    Case.objects.filter(merged_into=case).update(merged_into=into)
    case.merged_into, case.status, case.waiting_on = into, Status.MERGED, ""
    save(case, "merged_into", "status", "waiting_on")
    _inherit_tags(case, into)
    repeat_messages(into)
    publish(CaseMerged(case_id=case.pk, survivor_id=into.pk, merge_id=merge.pk), actor=Actor.human(author))
    merge.changed = stand_as(into, result, actor=Actor.human(author))
    merge.save(update_fields=["changed"])
    return merge


@transaction.atomic
def undo_merge(merge: CaseMerge, *, author: User) -> Case:
    """The merged case is on its own again, with all that came with it and whatever came into its conversations since:
    owner and status as before, open when a customer wrote in it meanwhile. What the merge changed in the other case is
    taken back where nobody changed it since. Gives the case; nothing when it was undone before."""
    case, holder = merge.case, merge.case.merged_into
    if holder is None:
        return case
    hold_with_parts(case, holder)
    merge.refresh_from_db(fields=["until", "changed"])
    if merge.until is not None:
        return case
    if case.merged_into_id != holder.pk:
        raise Refusal(_("Somebody merged these cases or took them apart meanwhile. Nothing was changed: look again."))
    parts = parts_under(case, holder)
    homes = {pk: home for pk, home in homes_in(holder).items() if home in parts}
    path = _path(merge, holder)
    merge.until, merge.undone_by = clock.now(), author
    merge.save(update_fields=["until", "undone_by"])
    # Its own first: a case shows the number of its first conversation.
    _hand_over(sorted(homes, key=lambda pk: homes[pk] != case.pk), holder, case)
    _give_back(homes, holder)
    Case.objects.filter(pk__in=parts).exclude(pk=case.pk).update(merged_into=case)
    case.merged_into, case.status, case.waiting_on = None, merge.status_before, merge.waiting_on_before
    save(case, "merged_into", "status", "waiting_on")
    for one in path:
        _forget_tags(one)
    is_direct = merge.into_id == holder.pk
    repeat_messages(case)
    repeat_messages(holder, unseen=merge.mailbox_ids_before if is_direct else None)
    actor, held_by = Actor.human(author), None if is_direct else holder.pk
    told = CaseUnmerged(case_id=case.pk, survivor_id=merge.into_id, holder_id=held_by, merge_id=merge.pk)
    publish(told, actor=actor)
    places = Place.objects.filter(conversation__in=homes, until__isnull=True)
    if case.status != Status.OPEN and not case.is_removed and have_written(places, merge.since):
        reopen_case(case, actor=actor)
    if is_direct and not holder.is_removed:
        take_back(merge, holder, actor=actor)
    return case


def _require_mergeable(case: Case, into: Case, seen: str | None) -> None:
    for one in (case, into):
        if one.is_merged:
            raise MergedMeanwhile(one)
    if reason := why_not(case, into):
        raise Refusal(reason)
    if torn_between(case, into):
        raise Refusal(torn_words())
    if seen not in (None, f"{case.customer_id}-{into.customer_id}"):
        raise Refusal(_("Somebody changed the customer of one of the two meanwhile. Nothing was changed: look again."))


def _hand_over(conversations: list[int], source: Case, target: Case) -> None:
    now = clock.now()
    held = CaseConversation.objects.filter(case=source, conversation__in=conversations, until__isnull=True)
    held.update(until=now)
    CaseConversation.objects.bulk_create(
        CaseConversation(case=target, conversation_id=pk, since=now) for pk in conversations
    )
    forget_held(source)
    forget_held(target)


def _give_back(homes: dict[int, int], holder: Case) -> None:
    """What was given to the customer of `holder` together with its case belongs to whom it belonged before."""
    theirs = Conversation.objects.filter(pk__in=homes, customer=holder.customer_id).values_list("pk", flat=True)
    customers = dict(Case.objects.filter(pk__in=set(homes.values())).values_list("pk", "customer_id"))
    by_customer = defaultdict(list)
    for pk in theirs:
        by_customer[customers[homes[pk]]].append(pk)
    for customer_id, conversations in by_customer.items():
        if customer_id != holder.customer_id:
            give_conversations(conversations, customer_id=customer_id)


def _inherit_tags(case: Case, into: Case) -> None:
    has = CaseTag.objects.filter(case=into).values("tag")
    wanted = CaseTag.objects.filter(case=case).exclude(tag__in=has).values_list("tag_id", flat=True)
    CaseTag.objects.bulk_create(CaseTag(case=into, tag_id=pk, is_inherited=True) for pk in wanted)


def _forget_tags(case: Case) -> None:
    """Inherited tags that none of its parts has."""
    parts = parts_under(case, case.merged_into or case) - {case.pk}
    own = CaseTag.objects.filter(case__in=parts, is_inherited=False).values("tag")
    CaseTag.objects.filter(case=case, is_inherited=True).exclude(tag__in=own).delete()


def _path(merge: CaseMerge, holder: Case) -> list[Case]:
    """The case it was merged into, and those that one was merged into, up to the holder."""
    found = CaseMerge.objects.filter(case__merged_into=holder, until__isnull=True).select_related("into")
    above = {one.case_id: one.into for one in found}
    path = [merge.into]
    while path[-1].pk in above:
        path.append(above[path[-1].pk])
    return path
