"""Cases in lists, one case whole, search."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from ancora.cases.api.shapes import CaseOut, CasesOut, WholeCaseOut, row, whole
from ancora.cases.models import Status
from ancora.cases.queries import (
    QUEUES,
    case_for,
    cases_page,
    queue_counts,
    saved_view_counts,
    saved_view_for,
    saved_views,
    search,
)
from ancora.cases.queries.saved_views import view_condition
from ancora.platform.errors import Refusal
from ancora.platform.http.programs import PROBLEMS, Id

router = Router(tags=["cases"])


class CasesQuery(Schema):
    """All that is given must fit. `queue`: as on the desk; mine and teams are those of the token's person."""

    queue: Literal[QUEUES] | None = None
    status: Literal[tuple(Status.values)] | None = None
    customer: Id | None = None
    owner: Id | None = None
    team: Id | None = None
    view: Id | None = None
    after: Annotated[str, Field(max_length=200)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class ViewOut(Schema):
    """A list that somebody saved. `person` or `team`: whose it is; neither: everybody's."""

    id: int
    label: str
    conditions: str
    person: int | None
    team: int | None
    count: int


class SearchQuery(Schema):
    """`words`: a number, an address, a phone number, a name, a tag, or words of messages and attachment names; also
    conditions such as `from:carla tag:leak owner:me team:repairs is:open priority:high before:2026-10-01 after:7d`."""

    words: Annotated[str, Field(min_length=1, max_length=200)]
    limit: Annotated[int, Field(ge=1, le=50)] = 50


class HitOut(Schema):
    """`excerpt`: the text around the words; empty when the case was found by number or name."""

    case: CaseOut
    excerpt: str


@router.get("/cases", response={200: CasesOut, **PROBLEMS}, summary="List cases")
def list_cases(request, query: Query[CasesQuery]):
    narrowed = {name: value for name in ("status", "customer", "owner", "team") if (value := getattr(query, name))}
    if query.view is not None:
        narrowed["condition"] = view_condition(request.user, saved_view_for(request.user, query.view))
    page = cases_page(request.user, queue_name=query.queue, after=query.after, size=query.limit, **narrowed)
    return CasesOut(cases=[row(case) for case in page.cases], next=page.next)


@router.get("/cases/{int:reference}", response={200: WholeCaseOut, **PROBLEMS}, summary="One case with its timeline")
def get_case(request, reference: int):
    return whole(request.user, case_for(request.user, reference))


@router.get("/queues", response={200: dict[str, int], **PROBLEMS}, summary="How many cases each queue holds")
def list_queues(request):
    """Counted up to 1000; `team-<id>` holds the open cases of a team."""
    return queue_counts(request.user)


@router.get("/views", response={200: list[ViewOut], **PROBLEMS}, summary="Lists that people saved")
def list_views(request):
    """Counted up to 1000; `/cases?view=<id>` lists one."""
    views = saved_views(request.user)
    counts = saved_view_counts(request.user, views)
    return [
        ViewOut(
            id=one.pk, label=one.label, conditions=one.conditions, person=one.person_id, team=one.team_id,
            count=counts[one.pk],
        )
        for one in views
    ]  # fmt: skip


@router.get("/search", response={200: list[HitOut], **PROBLEMS}, summary="Find cases")
def search_cases(request, query: Query[SearchQuery]):
    found = search(request.user, query.words, most=query.limit, may_begin=False)
    if found.problems:
        raise Refusal(_("These conditions say nothing: %(conditions)s") % {"conditions": ", ".join(found.problems)})
    return [HitOut(case=row(hit.case), excerpt=hit.excerpt.translate({2: None, 3: None})) for hit in found.hits]
