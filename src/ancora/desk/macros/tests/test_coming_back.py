"""A reply that is a draft again: tasks of its macro that stay were given, and are not given again with it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from ancora.cases import commands
from ancora.cases.models import Draft, Task, TaskPlan
from ancora.cases.tasks.commands import complete_task
from ancora.cases.tasks.tests.conftest import otto
from ancora.conversations.commands.send import send
from ancora.conversations.models import Message, Outgoing
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor

__all__ = ["otto"]
PART = {"HTTP_HX_REQUEST": "true"}
STAYS = "What was changed in the case since then stays."


@pytest.fixture
def anna(cast, client_of):
    User.objects.filter(pk=cast.anna.pk).update(undo_seconds=10)
    return client_of(cast.anna)


@pytest.fixture
def codes(written, otto):
    """Tasks for a team and for Otto, and one more change."""
    team = Team.objects.create(name="Repairs")
    plans = TaskPlan(what="Look", team=team), TaskPlan(what="Fetch it", third_party=otto)
    return [written(plan.what, text="x", task=plan).task.code for plan in plans] + ["priority-4"]


def reply(anna, shop, codes, **fields) -> Message:
    start = {"kind": "reply", "text": "Dear Carla", "to": "carla@example.org", "answers": shop.message.pk}
    typed = {**start, "seen": Message.objects.latest("id").pk, "form_key": str(uuid4()), "change": codes, **fields}
    answer = anna.post(f"/cases/{shop.case.reference}/reply/", typed, **PART)
    assert answer.status_code == 200, answer.content
    return Message.objects.filter(direction="out", text__contains="Dear Carla").latest("id")


def undo(anna, message) -> str:
    return anna.post(f"/messages/{message.pk}/take-back/", **PART)["HX-Trigger"]


def chips() -> list[str]:
    return Draft.objects.get(message=None).written["change"]


def given() -> list[tuple[str, str]]:
    return sorted(Task.objects.values_list("title", "state"))


def mails_to_otto() -> int:
    return Outgoing.objects.filter(recipients__address="otto@repairs.example").count()


def comes_due(message) -> None:
    Outgoing.objects.filter(message=message).update(next_at=clock.now() - timedelta(seconds=1))
    send(message.outgoing.pk)


@pytest.mark.parametrize("why", ["answered", "trash", "spam"])
def test_called_off_leaves_all_its_tasks_and_gives_none_again(shop, cast, anna, codes, arrive, why):
    later = (clock.now() + timedelta(days=2)).isoformat()
    message = reply(anna, shop, codes, send_at=later, unless_answered="1")
    once = [("Fetch it", "open"), ("Look", "open")]
    assert (given(), mails_to_otto()) == (once, 1)
    if why == "answered":
        mail = letter("Carla Bianchi <carla@example.org>", "Re: The grinder leaks", message_id="<2@example.org>")
        mail["In-Reply-To"] = "<first@example.org>"
        arrive(mail, shop.mailbox)
    else:
        put_away = commands.move_to_trash if why == "trash" else commands.mark_as_spam
        put_away(shop.case, actor=Actor.human(cast.lena))
    comes_due(message)
    assert Draft.objects.get().written["called_off"] == why
    assert chips() == ["priority-4"]
    if why == "answered":
        reply(anna, shop, chips())
        assert (given(), mails_to_otto()) == (once, 1)


def test_undo_leaves_what_otto_was_written_and_gives_only_the_rest_again(shop, anna, codes):
    assert STAYS in undo(anna, reply(anna, shop, codes))
    assert chips() == [codes[0], "priority-4"]
    again = reply(anna, shop, chips())
    assert given() == [("Fetch it", "open"), ("Look", "cancelled"), ("Look", "open")]
    assert mails_to_otto() == 1
    assert STAYS not in undo(anna, again)


def test_undo_leaves_what_somebody_has_done(shop, cast, anna, codes):
    message = reply(anna, shop, [codes[0]])
    complete_task(Task.objects.get(), author=cast.lena)
    assert STAYS in undo(anna, message)
    assert chips() == []
    reply(anna, shop, chips())
    assert given() == [("Look", "done")]


def test_task_of_a_reply_without_a_key_is_taken_back_too(shop, anna, codes):
    message = reply(anna, shop, codes[:1], form_key="")
    assert given() == [("Look", "open")]
    assert STAYS not in undo(anna, message)
    assert (given(), chips()) == ([("Look", "cancelled")], codes[:1])
