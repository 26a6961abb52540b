"""Who may hear of what on the desk. A bare kind says only that something changed somewhere."""

from django.db.models.functions import Coalesce

from ancora.cases.models import BulkChange, CommonAnswer, Task
from ancora.cases.queries import cases_of_threads, cases_seen, of_cases_seen
from ancora.cases.sharing.queries import drafts_heard_of
from ancora.platform.live.topics import allow_topic

type Ids = set[int]


@allow_topic("case")
def hears_cases(user, ids: Ids) -> Ids:
    return cases_seen(user, ids)


@allow_topic("clocks")
def hears_clocks(user, _runs: Ids) -> Ids:
    """That the clocks of open cases are brought up to date is heard only as such."""
    return set()


@allow_topic("presence")
def hears_presence(user, case_ids: Ids) -> Ids:
    """Who has a case on the screen is heard by those who may see it."""
    return cases_seen(user, case_ids)


@allow_topic("news")
def hears_news(user, people: Ids) -> Ids:
    """What a person is told is heard by that person."""
    return {user.pk} & people


@allow_topic("conversation")
def hears_conversations(user, ids: Ids) -> Ids:
    return of_cases_seen(user, cases_of_threads(ids))


@allow_topic("chat")
def hears_chats(user, conversation_ids: Ids) -> Ids:
    """Their lines travel in the stream itself."""
    return hears_conversations(user, conversation_ids)


@allow_topic("contact")
def hears_contacts(user, _ids: Ids) -> Ids:
    """That somewhere a session began or ended is heard only as such."""
    return set()


@allow_topic("chat_visitor")
def hears_visitors(user, _ids: Ids) -> Ids:
    """That somewhere a visitor was blocked, or let in again, is heard only as such."""
    return set()


@allow_topic("user")
def hears_users(user, people: Ids) -> Ids:
    """What people are given is heard by them."""
    return {user.pk} & people


@allow_topic("task")
def hears_tasks(user, ids: Ids) -> Ids:
    """What happens to a task is heard by those who see its case."""
    found = Task.objects.filter(pk__in=ids).values_list("pk", Coalesce("case__merged_into", "case"))
    return of_cases_seen(user, dict(found))


@allow_topic("draft")
def hears_drafts(user, ids: Ids) -> Ids:
    """That a draft is written in, is heard by its author and by those with whom it is shared."""
    return drafts_heard_of(user, ids)


@allow_topic("bulk")
def hears_bulks(user, ids: Ids) -> Ids:
    return set(BulkChange.objects.filter(pk__in=ids, author=user).values_list("pk", flat=True))


@allow_topic("answer")
def hears_answers(user, ids: Ids) -> Ids:
    """How far a common answer is, is heard by those who see its problem."""
    found = CommonAnswer.objects.filter(pk__in=ids)
    return of_cases_seen(user, dict(found.values_list("pk", Coalesce("problem__merged_into", "problem"))))
