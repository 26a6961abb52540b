"""Which drafts are shared with whom, and who holds the pen."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from ancora.cases.models import Case, Draft, DraftShare
from ancora.cases.queries.cases import PARTS, may_see_case, of_cases_seen, parts_of, visible_cases
from ancora.cases.queries.people import people_who_see
from ancora.conversations.models import DraftFile
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User

# Who has typed nothing for so long has paused: another one may take the pen.
PAUSE = timedelta(seconds=30)


class SharedDraft(NamedTuple):
    """What a line about a colleague's draft says."""

    id: int
    author: str


# Plain SQL: every case page asks.
_SHARED = f"""
SELECT d.id, u.name FROM cases_draft d JOIN accounts_user u ON u.id = d.author_id
WHERE d.case_id IN ({PARTS}) AND d.message_id IS NULL AND d.writer_id IS NOT NULL AND d.author_id <> %s
    AND EXISTS (SELECT 1 FROM cases_draftshare s WHERE s.draft_id = d.id AND (s.person_id = %s
        OR s.team_id IN (SELECT team_id FROM parties_membership WHERE user_id = %s)))
ORDER BY d.id
"""  # noqa: S608


def drafts_shared_in(viewer, case: Case) -> list[SharedDraft]:
    """The drafts of colleagues in the case that are shared with the viewer; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [case.pk, case.pk, viewer.pk, viewer.pk, viewer.pk])
        return [SharedDraft(*row) for row in cursor.fetchall()]


def shared_draft_in(viewer, case: Case, pk: int) -> Draft | None:
    """The draft with this id, when it is a colleague's, in this case, and shared with the viewer."""
    return _shared_with(viewer).filter(pk=pk, case__in=parts_of(case)).first()


def drafts_heard_of(viewer, ids: Collection[int]) -> set[int]:
    """Those of these drafts of whose changes the viewer may hear: their own, and those that are shared with them in a
    case that they see."""
    mine = Draft.objects.filter(author=viewer, pk__in=ids).values_list("pk", flat=True)
    shared = _shared_with(viewer).filter(pk__in=ids).values_list("pk", Coalesce("case__merged_into", "case"))
    return {*mine, *of_cases_seen(viewer, dict(shared))}


def drafts_of(viewer, most: int = 50) -> list[Draft]:
    """What the viewer has begun to write in cases, and what colleagues share with them, the latest first; each with its
    case as `holder`, the survivor when it was merged."""
    mine = Q(author=viewer) | Q(pk__in=_shared_with(viewer).values("pk"))
    found = Draft.objects.filter(mine, message__isnull=True, case__isnull=False)
    here = visible_cases(viewer).values("pk")
    found = found.filter(Q(case__merged_into=None, case__in=here) | Q(case__merged_into__in=here))
    drafts = list(found.select_related("author", "writer", "case__merged_into").order_by("-saved_at", "-id")[:most])
    for draft in drafts:
        draft.holder = draft.case.merged_into or draft.case
    return drafts


def shared_file_for(viewer, key: UUID) -> DraftFile:
    """A file that lies in a draft shared with the viewer, or in a shared one of theirs; not yours → 404."""
    file = DraftFile.objects.select_related("file").filter(key=key, is_held=True).first()
    mine = Draft.objects.filter(author=viewer, message__isnull=True)
    for drafts in (_shared_with(viewer), mine) if file else ():
        for draft in drafts.filter(writer=file.owner_id, written__files__contains=str(key)).select_related("case"):
            if may_see_case(viewer, draft.case.merged_into_id or draft.case_id):
                return file
    raise Http404("No such file.")


def shares_of(draft: Draft) -> list[DraftShare]:
    """With whom it is shared, by name."""
    return sorted(draft.shares.select_related("person", "team"), key=str)


def may_write(draft: Draft, person: User) -> bool:
    """Whether the draft is the person's, or shared with them."""
    return draft.author_id == person.pk or _shared_with(person).filter(pk=draft.pk).exists()


def people_to_share_with(viewer, case: Case) -> QuerySet[User]:
    """Colleagues who answer customers and may see the case, oneself left out."""
    return people_who_see(case).exclude(pk=viewer.pk).exclude(role=Role.OBSERVER)


def team_to_share_with(case: Case) -> Team | None:
    """The team of the case, if it has one."""
    return case.team


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes a shared draft. `is_mine`: the viewer may write now · `may_take`: with one click · `shares`: with whom
    it is shared."""

    draft_id: int
    author: User
    writer: User
    since: datetime
    saved_at: datetime
    is_mine: bool
    is_free: bool
    may_take: bool
    is_author: bool
    shares: list[DraftShare]


def pen_of(viewer, draft: Draft) -> Pen | None:
    """None for a draft that is not shared."""
    if draft.writer_id is None:
        return None
    is_mine = draft.writer_id == viewer.pk and not draft.is_free
    return Pen(
        draft.pk, draft.author, draft.writer, draft.writer_since, draft.saved_at, is_mine, draft.is_free,
        may_take(draft, viewer), draft.author_id == viewer.pk, shares_of(draft),
    )  # fmt: skip


def may_take(draft: Draft, person: User) -> bool:
    """The pen is free, one's own, or lies with somebody who has paused."""
    touched = max(draft.saved_at, draft.writer_since)
    return draft.is_free or draft.writer_id == person.pk or clock.now() - touched >= PAUSE


def _shared_with(viewer) -> QuerySet[Draft]:
    mine = Membership.objects.filter(user=viewer).values("team")
    shares = DraftShare.objects.filter(Q(person=viewer) | Q(team__in=mine), draft=OuterRef("pk"))
    found = Draft.objects.filter(Exists(shares), message__isnull=True, case__isnull=False)
    return found.exclude(author=viewer) if viewer.is_agent else found.none()
