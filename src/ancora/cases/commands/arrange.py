"""Who works on a case, how urgent it is, and what it is about."""

from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked, save
from ancora.cases.commands.notes import add_note
from ancora.cases.events import CaseAssigned, CaseHandedOff, CasePrioritySet, CaseTagged, CaseUntagged
from ancora.cases.models import Case, CaseTag, InLine, Outcome, Priority, Tag
from ancora.cases.queries.cases import may_see_case
from ancora.parties.models import Team
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time


@transaction.atomic
def assign_case(case: Case, *, owner: User | None, actor: Actor) -> None:
    """Make `owner` answerable for the case to its end; None leaves it to whoever takes it."""
    if owner is not None and not (owner.is_active and owner.is_agent):
        raise Refusal(_("%(name)s cannot own cases.") % {"name": owner})
    case = locked(case)
    before = case.owner_id
    if before == (owner.pk if owner else None):
        return
    if owner is not None and not may_see_case(owner, case.pk):
        told = {"name": owner, "case": case}
        raise Refusal(_("%(name)s does not see %(case)s: it came to a mailbox of other teams.") % told)
    case.owner = owner
    save(case, "owner")
    event = CaseAssigned(case_id=case.pk, owner_id=case.owner_id, owner_before_id=before)
    publish(event, actor=actor)


@transaction.atomic
def hand_off_case(
    case: Case,
    *,
    team: Team | None,
    author: User | None = None,
    actor: Actor | None = None,
    owner: User | None = None,
    why: str = "",
) -> None:
    """Give the case to another team, with the reason as an internal note of the author; within the team it goes to
    `owner`. The owner stays unless one is named or the former one is not in the new team."""
    case, actor = locked(case), actor or Actor.human(author)
    before = case.team_id
    note = add_note(case, text=why, author=author) if why.strip() else None
    if before != (team.pk if team else None):
        case.team = team
        save(case, "team")
        # It stands in another line from now on, and nobody there has heard of it.
        InLine.objects.filter(case=case).delete()
        publish(
            CaseHandedOff(
                case_id=case.pk, team_id=case.team_id, team_before_id=before, note_id=note.pk if note else None
            ),
            actor=actor,
        )
    if owner is not None:
        assign_case(case, owner=owner, actor=actor)
    elif case.owner_id and team and not team.members.filter(pk=case.owner_id).exists():
        assign_case(case, owner=None, actor=actor)


@transaction.atomic
def set_priority(case: Case, *, priority: int, actor: Actor) -> None:
    """From 1 (low) to 4 (urgent)."""
    if priority not in Priority.values:
        raise Refusal(_("There is no such priority."))
    case = locked(case)
    if case.priority == priority:
        return
    before, case.priority = case.priority, priority
    save(case, "priority")
    publish(CasePrioritySet(case_id=case.pk, before=before, after=priority), actor=actor)


@transaction.atomic
def add_tag(case: Case, *, tag: Tag, actor: Actor) -> None:
    # The case first: whoever changes more of it holds it before its tags.
    case = locked(case)
    _link, is_new = CaseTag.objects.get_or_create(case=case, tag=tag)
    if is_new:
        save(case)
        publish(CaseTagged(case_id=case.pk, tag_id=tag.pk), actor=actor)


@transaction.atomic
def remove_tag(case: Case, *, tag: Tag, actor: Actor) -> None:
    case = locked(case)
    removed, _by_kind = CaseTag.objects.filter(case=case, tag=tag).delete()
    if removed:
        save(case)
        publish(CaseUntagged(case_id=case.pk, tag_id=tag.pk), actor=actor)


@transaction.atomic
def create_tag(label: str, *, actor: Actor) -> Tag:
    """The tag of this label, made when there is none (case does not matter)."""
    label = " ".join(label.split())[:40]
    if not label:
        raise Refusal(_("Write a word for the tag."))
    one_at_a_time(uuid5(NAMESPACE_OID, f"tag {label.lower()}"))
    if (known := Tag.objects.filter(label__iexact=label).first()) is not None:
        return known
    tag = Tag.objects.create(label=label)
    publish(SettingChanged(kind="tag", row_id=tag.pk, verb="created"), actor=actor)
    return tag


@transaction.atomic
def create_default_outcomes() -> None:
    """A first list of outcomes in the active language; nothing when there is one already."""
    if Outcome.objects.exists():
        return
    labels = [
        _("Solved with an answer"),
        _("Replacement sent"),
        _("Refund"),
        _("Repaired"),
        _("No answer from the customer"),
        _("Not a request"),
    ]
    Outcome.objects.bulk_create(Outcome(label=label, position=at) for at, label in enumerate(labels, start=1))
