"""Macros for programs: what there is, what one says in a case, and its changes."""

from datetime import datetime

from ninja import Router, Schema, Status

from ancora.cases.api.changes import now
from ancora.cases.api.shapes import CaseOut
from ancora.cases.macros.models import Macro
from ancora.cases.macros.queries import changes_of, macro_to_use, suggestion, usable_macros
from ancora.cases.macros.using import use_macro
from ancora.cases.queries import case_for
from ancora.conversations.channels.email.compose import plain_text
from ancora.platform.http.programs import PROBLEMS, IdempotencyKey, agent_of

router = Router(tags=["macros"])


class MacroOut(Schema):
    """`texts`: HTML by language, with placeholders · `changes`: codes such as `resolved-3`, `tag-5`, `owner-me` ·
    `uses`: in the last 30 days."""

    id: int
    name: str
    texts: dict[str, str]
    changes: list[str]
    uses: int
    last_used_at: datetime | None


class SuggestionOut(Schema):
    """The text in the language of the customer, filled; `missing`: placeholders of which nothing was known."""

    language: str
    html: str
    text: str
    missing: list[str]
    changes: list[str]


class UsedOut(SuggestionOut):
    """`case`: as it is after the changes; the text is not sent."""

    case: CaseOut


@router.get("/macros", response={200: list[MacroOut], **PROBLEMS}, summary="The macros you may use")
def list_macros(request):
    """Those in use, the most used first."""
    return [_shown(macro) for macro in usable_macros(agent_of(request)).prefetch_related("tags")]


@router.get("/macros/{int:pk}", response={200: MacroOut, **PROBLEMS}, summary="One macro")
def get_macro(request, pk: int):
    return _shown(macro_to_use(agent_of(request), pk))


@router.get(
    "/cases/{int:reference}/macros/{int:pk}",
    response={200: SuggestionOut, **PROBLEMS},
    summary="What a macro says and would change in a case",
)
def preview_macro(request, reference: int, pk: int):
    """Changes nothing."""
    agent = agent_of(request)
    return _suggested(agent, case_for(agent, reference), macro_to_use(agent, pk))


@router.post(
    "/cases/{int:reference}/macros/{int:pk}",
    response={200: UsedOut, **PROBLEMS},
    summary="Make the changes of a macro",
)
def make_changes_of_macro(request, reference: int, pk: int, idempotency_key: IdempotencyKey):
    """All of them or none. The text is given, not sent: post it as a reply or a note."""
    agent = agent_of(request)
    case, macro = case_for(agent, reference), macro_to_use(agent, pk)
    said = _suggested(agent, case, macro)
    use_macro(case, macro, author=agent, form_key=idempotency_key)
    return Status(200, {**said, "case": now(agent, case)})


def _shown(macro: Macro) -> dict:
    plain = {name: getattr(macro, name) for name in ("id", "name", "texts", "uses", "last_used_at")}
    return {**plain, "changes": [change.code for change in changes_of(macro)]}


def _suggested(agent, case, macro: Macro) -> dict:
    found = suggestion(agent, case, macro)
    return {
        "language": found.language,
        "html": found.html,
        "text": plain_text(found.html),
        "missing": list(found.missing),
        "changes": [one.code for one in found.changes],
    }
