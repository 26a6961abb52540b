"""Sharing a draft, and passing its pen on."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked
from ancora.cases.models import Case, Draft, DraftShare
from ancora.cases.sharing.events import DraftPenLaidDown, DraftPenTaken, DraftShared, DraftUnshared
from ancora.cases.sharing.holding import files_of, held_draft
from ancora.cases.sharing.queries import may_take, may_write, people_to_share_with, team_to_share_with
from ancora.conversations.commands.draft_files import move_draft_files
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def share_draft(case: Case, *, author: User, people: Iterable[User] = (), team: Team | None = None) -> Draft:
    """Let colleagues who see the case, or its team, read and write the author's draft; the author has the pen. Whom it
    is shared with already changes nothing."""
    case = locked(case)
    draft = _own(case, author)
    fit = set(people_to_share_with(author, case).filter(pk__in=[one.pk for one in people]))
    if not people and team is None:
        raise Refusal(_("Choose with whom you share the draft."))
    for one in people:
        if one not in fit:
            raise Refusal(_("%(name)s does not see this case, or does not answer customers.") % {"name": one})
    if team is not None and team != team_to_share_with(case):
        raise Refusal(_("The case is of another team by now."))
    if draft.writer_id is None:
        draft.writer, draft.writer_since, draft.is_free = author, clock.now(), False
        _save_pen(draft)
    for whom in [*({"person": one} for one in people), *([{"team": team}] if team else [])]:
        _share, is_new = DraftShare.objects.get_or_create(draft=draft, **whom, defaults={"since": clock.now()})
        if is_new:
            publish(DraftShared(case_id=case.pk, draft_id=draft.pk, **_named(whom)), actor=Actor.human(author))
    return draft


@transaction.atomic
def unshare_draft(case: Case, *, author: User, share: int) -> None:
    """No longer with the one of that row. Who wrote then gives the pen, and the files, back to the author. Nothing when
    it was taken back already."""
    case = locked(case)
    draft = held_draft(case, author)
    found = DraftShare.objects.filter(draft=draft, pk=share).first() if draft else None
    if found is None:
        return
    whom = {"person": found.person_id, "team": found.team_id}
    found.delete()
    if not draft.shares.exists():
        _give_to(draft, author, is_free=False)
        draft.writer, draft.writer_since = None, None
        _save_pen(draft)
    elif not may_write(draft, draft.writer):
        _give_to(draft, author, is_free=True)
    told = {f"{kind}_id": pk for kind, pk in whom.items()}
    publish(DraftUnshared(case_id=case.pk, draft_id=draft.pk, **told), actor=Actor.human(author))


@transaction.atomic
def take_pen(case: Case, *, person: User, shared: int = 0) -> Draft:
    """From now on `person` writes in their own draft, or in the colleague's with the id `shared`; refused while
    somebody else is typing."""
    case = locked(case)
    draft = _of_several(held_draft(case, person, shared))
    if draft.writer_id == person.pk and not draft.is_free:
        return draft
    if not may_take(draft, person):
        raise Refusal(_("%(name)s is writing just now. Take the pen when they pause.") % {"name": draft.writer})
    _give_to(draft, person, is_free=False)
    publish(DraftPenTaken(case_id=case.pk, draft_id=draft.pk, person_id=person.pk), actor=Actor.human(person))
    return draft


@transaction.atomic
def lay_pen_down(case: Case, *, person: User, shared: int = 0) -> Draft:
    """Somebody else may write now; nothing when the person does not have the pen."""
    case = locked(case)
    draft = _of_several(held_draft(case, person, shared))
    if draft.writer_id == person.pk and not draft.is_free:
        draft.is_free = True
        _save_pen(draft)
        event = DraftPenLaidDown(case_id=case.pk, draft_id=draft.pk, person_id=person.pk)
        publish(event, actor=Actor.human(person))
    return draft


def _own(case: Case, author: User) -> Draft:
    draft = held_draft(case, author)
    if draft is None:
        raise Refusal(_("Write something first: there is no draft to share."))
    return draft


def _of_several(draft: Draft | None) -> Draft:
    if draft is None or draft.writer_id is None:
        raise Refusal(_("This draft is not shared."))
    return draft


def _give_to(draft: Draft, person: User, *, is_free: bool) -> None:
    move_draft_files(files_of(draft), of=draft.writer, to=person)
    draft.writer, draft.writer_since, draft.is_free = person, clock.now(), is_free
    _save_pen(draft)


def _save_pen(draft: Draft) -> None:
    draft.save(update_fields=["writer", "writer_since", "is_free"])


def _named(whom: dict) -> dict:
    return {f"{kind}_id": one.pk for kind, one in whom.items()}
