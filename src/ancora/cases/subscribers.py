"""What cases do when something happens in conversations."""

from ancora.cases.commands import acknowledge_case, continue_cases, note_sighting
from ancora.cases.commands.acknowledge import may_be_acknowledged
from ancora.cases.commands.chats import follow_owner
from ancora.cases.commands.take_back import bring_back_called_off
from ancora.cases.events import (
    CaseAssigned,
    CaseClosed,
    CaseContinued,
    CaseCustomerChanged,
    CaseHandedOff,
    CaseMerged,
    CaseMessageMoved,
    CaseMessageTakenBack,
    CaseOpened,
    CasePrioritySet,
    CaseReopened,
    CaseResolved,
    CaseRestored,
    CaseStatusChanged,
    CaseTagged,
    CaseUnmerged,
    NoteAdded,
)
from ancora.cases.models import ServicePolicy
from ancora.cases.notifications import telling, telling_of_tasks
from ancora.cases.notifications.push.commands import forget_browsers_of
from ancora.cases.routing.events import AgentStateSet, CaseEscalated
from ancora.cases.routing.waking import makes_room_or_waits, wake_routing
from ancora.cases.rules.running import run_rules
from ancora.cases.rules.triggers import EVENTS, are_waited_for, forget_triggers, may_matter
from ancora.cases.service_levels.keeping import cases_of, keep_clocks, may_hold_cases
from ancora.cases.service_levels.runs import begin_run
from ancora.cases.sharing.events import DraftPenLaidDown, DraftShared, SharedDraftSent
from ancora.cases.splits.events import CaseSplitOff, CaseSplitUndone
from ancora.cases.tasks.events import (
    TaskCancelled,
    TaskCommented,
    TaskCompleted,
    TaskCreated,
    TaskDueSet,
    TaskReassigned,
    ThirdPartyResponded,
)
from ancora.cases.tasks.received import take_answers
from ancora.conversations.commands.send_again import BY_HAND
from ancora.conversations.events import (
    PARTLY,
    MessageAccepted,
    MessageBounced,
    MessageFailed,
    MessageReceived,
    MessageSighted,
    MessageTakenBack,
    MessageUnknown,
    OutgoingEvent,
)
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.events.publishing import Published
from ancora.platform.events.registry import subscribe


@subscribe(MessageReceived, same_transaction=True)
def cases_of_messages(together: list[Published]) -> None:
    """No customer conversation is ever committed without its case."""
    take_answers([one for one in together if one.event.third_party_id])
    continue_cases([one for one in together if not one.event.third_party_id])


@subscribe(MessageSighted, same_transaction=True)
def mailboxes_of_cases(together: list[Published]) -> None:
    for published in together:
        note_sighting(published.event.conversation_id, published.event.mailbox_id)


@subscribe(MessageTakenBack, same_transaction=True)
def drafts_of_what_was_called_off(together: list[Published]) -> None:
    """What a person takes back is a matter of its case already; this is for what nobody took back."""
    for event in (published.event for published in together):
        if event.reason:
            bring_back_called_off(event.conversation_id, event.message_id, event.reason)


@subscribe(MessageReceived, when=may_be_acknowledged)
def acknowledge_new_case(published: Published) -> None:
    acknowledge_case(published.event, at=published.occurred_at)


@subscribe(CaseAssigned, when=lambda event: event.owner_id is not None)
def tell_new_owner(published: Published) -> None:
    telling.tell_new_owner(published)


@subscribe(CaseAssigned)
def give_chat_to_owner(published: Published) -> None:
    follow_owner(published.event.case_id)


@subscribe(NoteAdded)
def tell_of_note(published: Published) -> None:
    telling.tell_of_note(published)


@subscribe(CaseContinued, together=True, when=lambda event: event.direction == "in")
def tell_of_message(together: list[Published]) -> None:
    telling.tell_of_messages(together)


@subscribe(DraftShared)
def tell_of_shared_draft(published: Published) -> None:
    telling.tell_of_shared_draft(published)


@subscribe(SharedDraftSent)
def tell_of_sent_draft(published: Published) -> None:
    telling.tell_of_sent_draft(published)


@subscribe(DraftPenLaidDown)
def tell_of_returned_draft(published: Published) -> None:
    telling.tell_of_returned_draft(published)


@subscribe(
    CaseOpened,
    CaseContinued,
    CaseCustomerChanged,
    CaseStatusChanged,
    CaseResolved,
    CaseReopened,
    CaseClosed,
    CaseRestored,
    CasePrioritySet,
    CaseHandedOff,
    CaseMerged,
    CaseUnmerged,
    CaseMessageMoved,
    CaseMessageTakenBack,
    CaseSplitOff,
    CaseSplitUndone,
    together=True,
    alone=may_hold_cases,
)
def clocks_of_cases(together: list[Published]) -> None:
    """What was promised is counted anew, for every case that the events name."""
    keep_clocks(pk for published in together for pk in cases_of(published.event))


@subscribe(SettingChanged, when=lambda event: event.kind == "person")
def browsers_of_the_gone(published: Published) -> None:
    """Who may no longer sign in is no longer pushed to."""
    forget_browsers_of(published.event.row_id)


def _moves_calendars(event: SettingChanged) -> bool:
    return event.kind == "calendar"


@subscribe(SettingChanged, when=_moves_calendars)
def clocks_by_other_hours(published: Published) -> None:
    """Working hours changed: what is due moves with them."""
    if ServicePolicy.objects.exists():
        begin_run()


@subscribe(*EVENTS, when=may_matter, alone=are_waited_for)
def rules_of_cases(published: Published) -> None:
    """A rule holds the case that it changes."""
    run_rules(published)


@subscribe(SettingChanged, when=lambda event: event.kind == "rule")
def rules_changed(published: Published) -> None:
    """The worker sees it at once."""
    forget_triggers()


@subscribe(TaskCreated, TaskReassigned, when=lambda event: event.third_party_id is None)
def tell_of_task(published: Published) -> None:
    telling_of_tasks.tell_of_task(published)


@subscribe(TaskCompleted, TaskCancelled)
def tell_of_ended_task(published: Published) -> None:
    telling_of_tasks.tell_of_ended_task(published)


@subscribe(TaskDueSet)
def tell_of_due(published: Published) -> None:
    telling_of_tasks.tell_of_due(published)


@subscribe(TaskCommented)
def tell_of_comment(published: Published) -> None:
    telling_of_tasks.tell_of_comment(published)


@subscribe(ThirdPartyResponded, when=lambda event: event.auto is None)
def tell_of_answer(published: Published) -> None:
    telling_of_tasks.tell_of_answer(published)


@subscribe(CaseStatusChanged, when=lambda event: event.is_due)
def tell_of_waking(published: Published) -> None:
    telling.tell_of_waking(published)


@subscribe(CaseMessageTakenBack, when=lambda event: event.reason and event.author_id)
def tell_of_called_off(published: Published) -> None:
    telling.tell_of_called_off(published)


def _is_bad_news(event: OutgoingEvent) -> bool:
    return event.reason == PARTLY if isinstance(event, MessageAccepted) else event.reason != BY_HAND


@subscribe(MessageAccepted, MessageFailed, MessageBounced, MessageUnknown, when=_is_bad_news)
def tell_of_failure(published: Published) -> None:
    telling.tell_of_failure(published)


@subscribe(CaseEscalated)
def tell_of_escalation(published: Published) -> None:
    telling.tell_of_escalation(published)


@subscribe(
    CaseOpened,
    CaseAssigned,
    CaseHandedOff,
    CaseStatusChanged,
    CaseResolved,
    CaseReopened,
    CaseRestored,
    CaseTagged,
    AgentStateSet,
    SettingChanged,
    when=makes_room_or_waits,
)
def give_out_cases(published: Published) -> None:
    """Somebody can be given a case who could not before, or a case waits that did not."""
    wake_routing()
