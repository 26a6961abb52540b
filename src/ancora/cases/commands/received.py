"""What customers' messages do to cases: open them, raise them, wake them, reopen them, or after long open new ones."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from ancora.cases.commands.continuing import continue_at_once
from ancora.cases.commands.open import Opening, open_cases
from ancora.cases.events import CaseContinued, CaseLinked, CaseReopened, CaseRestored, CaseStatusChanged
from ancora.cases.models import Case, CaseConversation, CaseLink, Status
from ancora.conversations.commands.move import move_to_new_conversation
from ancora.conversations.events import MessageReceived
from ancora.conversations.queries import Head, heads_of
from ancora.platform import clock
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.event import Event
from ancora.platform.events.publishing import Published, Telling, publish_all


@dataclass(frozen=True, slots=True)
class _Received:
    """A received message with what a case repeats of it."""

    event: MessageReceived
    head: Head
    actor: Actor
    at: datetime

    @property
    def opening(self) -> Opening:
        event = self.event
        return Opening(
            self.head,
            event.conversation_id,
            event.mailbox_id,
            self.actor,
            self.at,
            language=event.language or "",
            is_spam=bool(event.spam),
        )


def continue_cases(together: list[Published]) -> None:
    """Each received message finds its case, opened where its conversation has none; the number of statements does
    not grow with them."""
    if not together:
        return
    if len(together) == 1 and continue_at_once(together[0]):
        return
    heads = heads_of([(one.event.message_id, one.event.conversation_id) for one in together])
    received = [
        _Received(one.event, head, one.actor, one.occurred_at) for one, head in zip(together, heads, strict=True)
    ]
    open_cases([one.opening for one in received if one.event.is_first])
    _go_on([one for one in received if not one.event.is_first])


def note_sighting(conversation_id: int, mailbox_id: int) -> None:
    """Show the case to those who see this mailbox too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_case SET mailbox_ids = array_append(mailbox_ids, %(mailbox)s) WHERE id ="
            " (SELECT case_id FROM cases_caseconversation WHERE conversation_id = %(conversation)s AND until IS NULL)"
            " AND NOT mailbox_ids @> ARRAY[%(mailbox)s]::bigint[]",
            {"mailbox": mailbox_id, "conversation": conversation_id},
        )


def _go_on(received: list[_Received]) -> None:
    if not received:
        return
    cases, tellings = _held([one.event.conversation_id for one in received]), []
    changed: dict[int, Case] = {}
    for one in received:
        case = cases.get(one.event.conversation_id)
        if case is None:
            [case_id] = open_cases([one.opening])
            cases[one.event.conversation_id] = Case.objects.get(pk=case_id)
            continue
        if _is_late(case, one):
            tellings.append(_follow(case, one))
            continue
        changed[case.pk] = case
        tellings += _continue(case, one)
    _save(list(changed.values()))
    publish_all(tellings)


def _held(conversation_ids: list[int]) -> dict[int, Case]:
    """The case of each conversation, held until the transaction ends (in the order of their ids, so that two of us
    never wait for each other)."""
    links = CaseConversation.objects.filter(conversation__in=set(conversation_ids), until__isnull=True)
    seen = list(links.values_list("conversation_id", "case_id", "case__version"))
    while True:
        rows = Case.objects.select_for_update().filter(pk__in={case_id for _, case_id, _ in seen}).order_by("pk")
        cases = {case.pk: case for case in rows}
        if all(cases[case_id].version == version for _, case_id, version in seen):
            return {conversation_id: cases[case_id] for conversation_id, case_id, _ in seen}
        # Somebody changed a case while we waited for it: it may have been merged, or taken out of another one.
        seen = list(links.values_list("conversation_id", "case_id", "case__version"))


def _is_late(case: Case, one: _Received) -> bool:
    limit = timedelta(days=current_organisation().reopen_days)
    return case.is_done and one.event.auto is None and one.at - (case.resolved_at or one.at) > limit


def _continue(case: Case, one: _Received) -> list[Telling]:
    before, event = case.status, one.event
    case.last_message_at, case.excerpt = max(one.at, case.last_message_at), one.head.excerpt
    if event.mailbox_id and event.mailbox_id not in case.mailbox_ids:
        case.mailbox_ids = [*case.mailbox_ids, event.mailbox_id]
    woken = _wake(case) if event.auto is None else None
    case.version += 1
    told = CaseContinued(case_id=case.pk, message_id=event.message_id, direction="in")
    return [Telling(told, one.actor, one.at)] + ([Telling(woken(case, before), SYSTEM, one.at)] if woken else [])


def _wake(case: Case) -> Callable[[Case, str], Event] | None:
    """Bring the case back to open where an answer does that; returns how to tell it, or None."""
    if case.status in (Status.OPEN, Status.SPAM):
        return None
    before, case.status, case.waiting_on = case.status, Status.OPEN, ""
    case.outcome, case.resolved_at, case.status_before = None, None, ""
    if before == Status.WAITING:
        return lambda case, before: CaseStatusChanged(case_id=case.pk, before=before, after=Status.OPEN)
    if before == Status.TRASH:
        return lambda case, before: CaseRestored(case_id=case.pk, before=before, after=Status.OPEN)
    return lambda case, before: CaseReopened(case_id=case.pk, before=before)


def _follow(case: Case, one: _Received) -> Telling:
    """An answer that comes long after the end is a matter of its own, linked to the old one."""
    event = one.event
    with clock.at(one.at):
        conversation = move_to_new_conversation(event.message_id, actor=SYSTEM)
    [head] = heads_of([(event.message_id, conversation.pk)])
    opening = Opening(head, conversation.pk, event.mailbox_id, one.actor, one.at, language=event.language or "")
    [case_id] = open_cases([opening])
    CaseLink.objects.create(case_id=case_id, related=case, kind="follows", since=one.at)
    return Telling(CaseLinked(case_id=case_id, related_id=case.pk, kind="follows"), SYSTEM, one.at)


_SAVE = """
UPDATE cases_case k SET status = g.status, status_before = g.status_before, waiting_on = g.waiting_on,
    outcome_id = g.outcome_id, resolved_at = g.resolved_at, last_message_at = g.last_message_at,
    excerpt = g.excerpt, mailbox_ids = g.mailbox_ids, version = g.version
FROM json_to_recordset(%s) AS g(id bigint, status text, status_before text, waiting_on text, outcome_id bigint,
    resolved_at timestamptz, last_message_at timestamptz, excerpt text, mailbox_ids bigint[], version int)
WHERE k.id = g.id
"""
_CHANGED = (
    "id", "status", "status_before", "waiting_on", "outcome_id", "resolved_at", "last_message_at", "excerpt",
    "mailbox_ids", "version",
)  # fmt: skip


def _save(cases: list[Case]) -> None:
    if not cases:
        return
    rows = [{name: getattr(case, name) for name in _CHANGED} for case in cases]
    with connection.cursor() as cursor:
        cursor.execute(_SAVE, [json.dumps(rows, default=lambda moment: moment.isoformat())])
