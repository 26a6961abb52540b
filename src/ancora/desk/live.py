"""Who may hear of what on the desk. A bare kind says only that something changed somewhere."""

from ancora.cases.models import BulkChange, CommonAnswer, Task
from ancora.cases.queries import case_of_thread, may_see_case
from ancora.cases.sharing.queries import draft_may_be_heard
from ancora.platform.live.topics import allow_topic


@allow_topic("case")
def hears_case(user, case_id: int) -> bool:
    return may_see_case(user, case_id)


@allow_topic("clocks")
def hears_clocks(user, _run: int) -> bool:
    """That the clocks of open cases are brought up to date is heard only as such."""
    return False


@allow_topic("presence")
def hears_presence(user, case_id: int) -> bool:
    """Who has a case on the screen is heard by those who may see it."""
    return may_see_case(user, case_id)


@allow_topic("news")
def hears_news(user, person_id: int) -> bool:
    """What a person is told is heard by that person."""
    return user.pk == person_id


@allow_topic("conversation")
def hears_conversation(user, conversation_id: int) -> bool:
    case = case_of_thread(conversation_id)
    return case is not None and may_see_case(user, case.pk)


@allow_topic("chat")
def hears_chat(user, conversation_id: int) -> bool:
    """Its lines travel in the stream itself."""
    return hears_conversation(user, conversation_id)


@allow_topic("contact")
def hears_contact(user, _contact_id: int) -> bool:
    """That somewhere a session began or ended is heard only as such."""
    return False


@allow_topic("chat_visitor")
def hears_visitor(user, _visitor_id: int) -> bool:
    """That somewhere a visitor was blocked, or let in again, is heard only as such."""
    return False


@allow_topic("user")
def hears_user(user, person_id: int) -> bool:
    """What people are given is heard by them."""
    return user.pk == person_id


@allow_topic("task")
def hears_task(user, task_id: int) -> bool:
    """What happens to a task is heard by those who see its case."""
    task = Task.objects.select_related("case").filter(pk=task_id).first()
    return task is not None and may_see_case(user, task.case.merged_into_id or task.case_id)


@allow_topic("draft")
def hears_draft(user, draft_id: int) -> bool:
    """That a draft is written in, is heard by its author and by those with whom it is shared."""
    return draft_may_be_heard(user, draft_id)


@allow_topic("bulk")
def hears_bulk(user, bulk_id: int) -> bool:
    return BulkChange.objects.filter(pk=bulk_id, author=user).exists()


@allow_topic("answer")
def hears_answer(user, answer_id: int) -> bool:
    """How far a common answer is, is heard by those who see its problem."""
    answer = CommonAnswer.objects.select_related("problem").filter(pk=answer_id).first()
    return answer is not None and may_see_case(user, answer.problem.merged_into_id or answer.problem_id)
