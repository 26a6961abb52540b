"""Who is told of what happened: decided from the present state, once for each person and thing."""

import json
from datetime import datetime

from ancora.cases.events import CaseAssigned, CaseMessageTakenBack, CaseStatusChanged, NoteAdded
from ancora.cases.models import Case, Draft, DraftShare, Note, Status
from ancora.cases.notifications.models import Kind, Mail, Mention
from ancora.cases.notifications.queries import topic_of
from ancora.cases.notifications.reaching import Came, reached_by_messages, reached_of
from ancora.cases.queries.cases import PARTS, case_of_conversation, case_of_thread, present_case
from ancora.cases.routing.events import CaseEscalated
from ancora.cases.sharing.events import DraftPenLaidDown, DraftShared, SharedDraftSent
from ancora.conversations.events import PARTLY, OutgoingEvent
from ancora.conversations.models import Message, Outgoing, OutgoingState
from ancora.parties.models import Membership
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User
from ancora.platform.events.publishing import Published
from ancora.platform.events.queries import events_about
from ancora.platform.jobs import later
from ancora.platform.live.hints import hint
from ancora.platform.plain_sql import read


def tell_new_owner(published: Published) -> None:
    """Whose the case became, unless it is somebody else's again by now."""
    event: CaseAssigned = published.event
    case = present_case(event.case_id)
    if case and case.owner_id == event.owner_id:
        tell(case, published, f"assigned-{published.id}", {event.owner_id: Kind.ASSIGNED})


def tell_of_note(published: Published) -> None:
    """Whom the note mentions; the owner; the followers."""
    event: NoteAdded = published.event
    note = Note.objects.filter(pk=event.note_id).first()
    case = present_case(event.case_id)
    if note is None or case is None:
        return
    mentioned = Mention.objects.filter(note=note).values_list("person_id", flat=True)
    kinds = _concerned(case) | dict.fromkeys(mentioned, Kind.MENTIONED)
    tell(case, published, f"note-{note.pk}", kinds, note_id=note.pk)


def tell_of_messages(together: list[Published]) -> None:
    """The owners and the followers, of what people wrote to us; of a chat once until they looked at it."""
    by_message = {published.event.message_id: published for published in together}
    reached = reached_by_messages(
        Came(message_id, published.event.case_id, _person_behind(published))
        for message_id, published in by_message.items()
    )
    news = [
        {
            "source": f"message-{one.message_id}",
            "actor_id": _person_behind(by_message[one.message_id]),
            "at": by_message[one.message_id].occurred_at,
            **one._asdict(),
        }
        for one in reached
    ]
    _tell(news)


def tell_of_shared_draft(published: Published) -> None:
    """The person, or the members of the team, as long as it is shared with them; of one draft once."""
    event: DraftShared = published.event
    case = present_case(event.case_id)
    whom = {"person": event.person_id} if event.person_id else {"team": event.team_id}
    if case and DraftShare.objects.filter(draft=event.draft_id, draft__message=None, **whom).exists():
        members = Membership.objects.filter(team=event.team_id).values_list("user_id", flat=True)
        people = [event.person_id] if event.person_id else list(members)
        tell(case, published, f"shared-{event.draft_id}", dict.fromkeys(people, Kind.SHARED))


def tell_of_sent_draft(published: Published) -> None:
    """Its author, when a colleague sent it and did not take it back in the same breath."""
    event: SharedDraftSent = published.event
    case = present_case(event.case_id)
    about = {"message_id": event.message_id, "note_id": event.note_id}
    if case and not _is_taken_back(event.message_id):
        source = f"sent-draft-{event.draft_id}-{published.id}"
        tell(case, published, source, {event.author_id: Kind.DRAFTED}, **about)


def tell_of_returned_draft(published: Published) -> None:
    """Its author, when a colleague laid the pen down, unless somebody took it since."""
    event: DraftPenLaidDown = published.event
    case = present_case(event.case_id)
    draft = Draft.objects.filter(pk=event.draft_id, message=None, is_free=True).first()
    if case and draft and draft.author_id != event.person_id:
        tell(case, published, f"returned-{published.id}", {draft.author_id: Kind.DRAFTED})


def tell_of_escalation(published: Published) -> None:
    """The leads of the team whose case waits too long; all leads where it has none. Nobody when it has an owner now."""
    event: CaseEscalated = published.event
    case = present_case(event.case_id)
    if case and case.owner_id is None:
        leads = User.objects.filter(is_active=True, role__in=[Role.LEAD, Role.ADMINISTRATOR])
        own = leads.filter(pk__in=Membership.objects.filter(team=event.team_id).values("user_id"))
        told = own.values_list("pk", flat=True) or leads.values_list("pk", flat=True)
        tell(case, published, f"escalated-{published.id}", dict.fromkeys(told, Kind.ESCALATED))


def tell_of_waking(published: Published) -> None:
    """The owner of a case whose moment has come, else who let it wait, unless it waits again by now."""
    event: CaseStatusChanged = published.event
    case = present_case(event.case_id)
    if case and case.status == Status.OPEN and (person := case.owner_id or _let_wait(event.case_id)):
        tell(case, published, f"woken-{published.id}", {person: Kind.WOKEN})


def tell_of_called_off(published: Published) -> None:
    """Who put off a message that was not sent at its moment: it is their draft again."""
    event: CaseMessageTakenBack = published.event
    # It may lie in trash or spam.
    case = Case.objects.select_related("merged_into").filter(pk=event.case_id).first()
    if case:
        source = f"{event.reason}-{event.message_id}"
        tell(case.merged_into or case, published, source, {event.author_id: Kind.UNSENT})


def tell_of_failure(published: Published) -> None:
    """Who wrote what does not arrive, not everywhere, or perhaps not, once for each time that it was sent; of a rule's
    task for a third party, whose the case is."""
    event: OutgoingEvent = published.event
    author_id = Message.objects.filter(pk=event.message_id).values_list("author_id", flat=True).first()
    case = case_of_conversation(event.conversation_id)
    if case is None and (case := case_of_thread(event.conversation_id)):
        author_id = author_id or case.owner_id
    if case and author_id:
        what = PARTLY if event.reason == PARTLY else event.type.partition(".")[2]
        source = f"{what}-{event.message_id}{_sent_again(published)}"
        tell(case, published, source, {author_id: Kind.UNSENT})


def _sent_again(published: Published) -> str:
    retried = events_about("message", published.event.message_id, types=["message.retried"])
    times = sum(one.id < published.id for one in retried)
    return f"-{times}" if times else ""


def _let_wait(case_id: int) -> int | None:
    past = events_about("case", case_id, types=["case.status_changed"], most=20)
    put = [one for one in past if one.attrs["after"] == Status.WAITING and one.actor_kind == "human"]
    return put[-1].actor_id if put else None


_FOLLOWERS = f"SELECT person_id FROM cases_follower WHERE case_id IN ({PARTS})"  # noqa: S608


def _concerned(case: Case) -> dict[int, Kind]:
    followers = [person_id for (person_id,) in read(_FOLLOWERS, [case.pk, case.pk])]
    found = dict.fromkeys(followers, Kind.FOLLOWED)
    return found | {case.owner_id: Kind.NOTED} if case.owner_id else found


def tell(case: Case, published: Published, source: str, kinds: dict[int, Kind], **about) -> None:
    """As `tell_people`, of something that happened: nobody hears of their own doing."""
    actor_id = _person_behind(published)
    about |= {"actor_id": actor_id, "at": published.occurred_at}
    tell_people(case, source, {pk: kind for pk, kind in kinds.items() if pk != actor_id}, **about)


def tell_people(case: Case, source: str, wanted: dict[int, Kind], **about) -> None:
    """Tell these people, each of one kind and as they want to hear of it; those who do not see the case nothing.
    `about`: ids of what it is about (`note_id`), and `at`."""
    if wanted:
        _tell([{"at": clock.now(), "source": source, **one._asdict(), **about} for one in reached_of(case, wanted)])


# Plain SQL: what is told to many costs one statement. What was told to a person before is not told again.
_WRITE = """
INSERT INTO cases_notification (person_id, case_id, kind, source, actor_id, note_id, message_id, rule_id, task_id, at,
    is_shown, mail, is_pushed)
SELECT person_id, case_id, kind, source, actor_id, note_id, message_id, rule_id, task_id, at, is_shown, mail, is_pushed
FROM json_to_recordset(%s) AS g(person_id bigint, case_id bigint, kind text, source text, actor_id bigint,
    note_id bigint, message_id bigint, rule_id bigint, task_id bigint, at timestamptz, is_shown boolean, mail text,
    is_pushed boolean)
ORDER BY person_id, source ON CONFLICT (person_id, source) DO NOTHING
RETURNING id, person_id, case_id, is_shown, mail, is_pushed
"""


def _tell(news: list[dict]) -> None:
    from ancora.cases.jobs import mail_notification
    from ancora.cases.notifications.push.jobs import push_news

    made = read(_WRITE, [json.dumps(news, default=datetime.isoformat)]) if news else []
    if shown := {person_id for _id, person_id, _case_id, is_shown, _mail, _is_pushed in made if is_shown}:
        hint(topic_of(person_id) for person_id in sorted(shown))
    for pk, person_id, case_id, _is_shown, mail, is_pushed in made:
        if mail == Mail.AT_ONCE:
            later(mail_notification, notification_id=pk)
        if is_pushed:
            later(push_news, person_id=person_id, case_id=case_id)


def _person_behind(published: Published) -> int | None:
    return published.actor.id if published.actor.kind == "human" else None


def _is_taken_back(message_id: int | None) -> bool:
    taken = {"message": message_id, "state": OutgoingState.TAKEN_BACK}
    return message_id is not None and Outgoing.objects.filter(**taken).exists()
