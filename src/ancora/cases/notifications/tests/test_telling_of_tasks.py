"""Who hears of tasks, of a case that is back, and of what was not sent."""

from datetime import timedelta

import pytest
from django.db import transaction

from ancora.cases.commands import assign_case, move_to_trash, wait_on
from ancora.cases.commands.status import wake_cases
from ancora.cases.models import Case, Notification
from ancora.cases.notifications.links import place_of
from ancora.cases.notifications.models import what_became_of
from ancora.cases.notifications.push.wording import content_of
from ancora.cases.notifications.queries import notification_page
from ancora.cases.notifications.telling_of_tasks import tell_of_late_tasks
from ancora.cases.notifications.tests.test_telling import own
from ancora.cases.notifications.wording import words_of
from ancora.cases.tasks.commands import cancel_task, comment_on_task, complete_task, create_task, reassign_task
from ancora.cases.tasks.tests.conftest import answer_of, otto
from ancora.conversations.commands.sending_queue import conversation_of
from ancora.conversations.events import MessageBounced, MessageFailed
from ancora.conversations.models import Message
from ancora.desk.tests.test_later import comes_due
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.publishing import publish

__all__ = ["answer_of", "otto"]


def news_of(person) -> list[str]:
    """What stands unread under the bell, the oldest first."""
    drain()
    return [words_of(one) for one in reversed(notification_page(person)) if one.read_at is None]


def forget_news() -> None:
    drain()
    Notification.objects.all().delete()


def test_who_gets_a_task_is_told_and_who_waits_for_it_hears_what_became_of_it(shop, cast, client_of):
    task = create_task(shop.case, title="Call Carla", assignee=cast.lena, author=cast.marco)
    assert (news_of(cast.lena), news_of(cast.marco)) == (["Marco Reale gave you a task: Call Carla"], [])
    [told] = notification_page(cast.lena)
    assert place_of(told) == ("task", task.pk)
    assert content_of(told, count=1, shows_words=False)["title"] == f"News of a task on case {shop.case}"
    lena = client_of(cast.lena)
    page = lena.get("/notifications/").content.decode()
    assert f'href="/tasks/{task.pk}/"' in page
    assert lena.get(f"/tasks/{task.pk}/").status_code == 200
    assert news_of(cast.lena) == []

    comment_on_task(task, text="She is away", author=cast.olga)
    comment_on_task(task, text="Until when?", author=cast.lena)
    said = f"{cast.olga} commented on the task: Call Carla"
    assert news_of(cast.lena) == [said]
    assert news_of(cast.marco) == [said, "Lena Vogt commented on the task: Call Carla"]
    assert news_of(cast.olga) == ["Lena Vogt commented on the task: Call Carla"]
    forget_news()
    own(shop.case, cast.stan, cast.stan)
    complete_task(task, author=cast.lena)
    done = ["Lena Vogt has done the task: Call Carla"]
    assert (news_of(cast.marco), news_of(cast.stan), news_of(cast.lena)) == (done, done, [])


def test_team_is_told_as_far_as_it_sees_the_case_and_who_has_it_no_more_is_not(shop, cast):
    team = Team.objects.create(name="Workshop")
    Membership.objects.bulk_create(Membership(team=team, user=one) for one in (cast.stan, cast.marco))
    task = create_task(shop.hidden, title="Look", assignee=team, author=cast.anna)
    assert (news_of(cast.marco), news_of(cast.stan)) == (["Anna Ferri gave Workshop a task: Look"], [])
    forget_news()
    # Before anybody heard of it, it is somebody else's.
    other = create_task(shop.case, title="Weigh it", assignee=cast.stan, author=cast.anna)
    reassign_task(other, assignee=cast.lena, author=cast.anna)
    assert (news_of(cast.stan), news_of(cast.lena)) == ([], ["Anna Ferri gave you a task: Weigh it"])
    forget_news()
    cancel_task(task, author=cast.marco)
    assert news_of(cast.anna) == ["Marco Reale cancelled the task: Look"]


def test_answer_of_a_third_party_is_news_for_giver_and_owner_and_a_machines_is_none(shop, cast, otto, answer_of):
    own(shop.case, cast.stan, cast.stan)
    create_task(shop.case, title="Ask Otto", assignee=otto, author=cast.marco)
    asked = Message.objects.get(subject="Ask Otto")
    answer_of(asked, "I am away.", Auto_Submitted="auto-replied")
    assert (news_of(cast.marco), news_of(cast.stan)) == ([], [])
    answer_of(asked, "The seal is worn.")
    said = ["Otto answered about the task: Ask Otto"]
    assert (news_of(cast.marco), news_of(cast.stan)) == (said, said)


def test_late_task_rings_once_at_who_has_it_and_who_gave_it(shop, cast):
    team = Team.objects.create(name="Workshop")
    Membership.objects.create(team=team, user=cast.lena)
    due = clock.now() + timedelta(hours=1)
    create_task(shop.case, title="Look", assignee=team, author=cast.marco, due_at=due)
    ended = create_task(shop.case, title="Old", assignee=cast.stan, author=cast.marco, due_at=due)
    complete_task(ended, author=cast.stan)
    forget_news()
    for moment in (due - timedelta(minutes=1), due + timedelta(minutes=1), due + timedelta(minutes=6)):
        with clock.at(moment):
            tell_of_late_tasks()
    late = ["The task is late: Look"]
    assert (news_of(cast.lena), news_of(cast.marco), news_of(cast.stan)) == (late, late, [])


@pytest.mark.parametrize("is_owned", [True, False])
def test_case_that_waited_until_now_is_news_for_its_owner_or_who_let_it_wait(shop, cast, is_owned):
    if is_owned:
        own(shop.case, cast.lena, cast.lena)
    wait_on(shop.case, on="us", until=clock.now() + timedelta(hours=1), actor=Actor.human(cast.marco))
    Case.objects.filter(pk=shop.case.pk).update(waits_until=clock.now() - timedelta(seconds=1))
    assert wake_cases() == 1
    told, other = (cast.lena, cast.marco) if is_owned else (cast.marco, cast.lena)
    assert (news_of(told), news_of(other)) == (["The case is back: it waited until now"], [])


def test_author_hears_what_was_not_sent_or_did_not_arrive(shop, cast, client_of):
    later = {"kind": "reply", "text": "x", "to": "carla@example.org", "answers": shop.message.pk}
    later["send_at"] = (clock.now() + timedelta(days=1)).isoformat()
    assert client_of(cast.stan).post(f"/cases/{shop.case.reference}/reply/", later).status_code == 302
    message = Message.objects.get(direction="out")
    forget_news()
    told = {"message_id": message.pk, "conversation_id": conversation_of(message.outgoing)}
    with transaction.atomic():
        for _recipient in range(2):
            publish(MessageBounced(**told), actor=SYSTEM)
        publish(MessageFailed(**told, reason="by_hand"), actor=Actor.human(cast.marco))
    assert news_of(cast.stan) == ["Your message came back"]
    forget_news()
    assign_case(shop.case, owner=cast.lena, actor=Actor.human(cast.stan))
    move_to_trash(shop.case, actor=Actor.human(cast.marco))
    forget_news()
    comes_due(message)
    assert news_of(cast.stan) == ["Your message was not sent, because the case was in the trash: it is a draft again"]
    assert what_became_of(Notification.objects.get()) == "trash"
