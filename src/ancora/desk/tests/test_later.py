"""Sent later: at the moment its author chose, unless taken back, or answered before."""

from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from ancora.cases import commands
from ancora.cases.models import Case, Draft
from ancora.conversations.commands.send import send
from ancora.conversations.models import Message, Outgoing
from ancora.desk.moments import sending_moments
from ancora.desk.tests.conftest import letter
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import events_after

PART = {"HTTP_HX_REQUEST": "true"}
ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast.anna)


def page_of(case, part="") -> str:
    return f"/cases/{case.reference}/{part}"


def typed(shop, **fields):
    start = {"kind": "reply", "text": "Did it help?", "to": "Carla Bianchi <carla@example.org>"}
    return {**start, "answers": shop.message.pk, "seen": shop.message.pk, "form_key": str(uuid4()), **fields}


def reply(anna, shop, moment=None, **fields) -> Message:
    moment = moment or clock.now() + timedelta(days=2)
    answer = anna.post(page_of(shop.case, "reply/"), typed(shop, send_at=moment.isoformat(), **fields), **PART)
    assert answer.status_code == 200, answer.content
    return Message.objects.filter(direction="out").latest("id")


def comes_due(message) -> None:
    """Its moment has come, and so has the worker."""
    Outgoing.objects.filter(message=message).update(next_at=clock.now() - timedelta(seconds=1))
    send(message.outgoing.pk)


def answered(shop, arrive, **fields) -> None:
    sender, mail = "Carla Bianchi <carla@example.org>", fields.pop("mail", None)
    mail = mail or letter(
        sender=sender, subject="Re: The grinder leaks", text="It helped.", message_id="<2@example.org>"
    )
    mail["In-Reply-To"] = "<first@example.org>"
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    arrive(mail, shop.mailbox)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # A Thursday morning.
        (datetime(2026, 11, 26, 8, 30, 10), ["26 09:30", "26 14:00", "27 09:00", "30 09:00"]),
        (datetime(2026, 11, 26, 16, 0), ["26 17:00", "27 09:00", "30 09:00"]),
        # On a Sunday, tomorrow is Monday.
        (datetime(2026, 11, 29, 23, 30), ["30 00:30", "30 09:00"]),
    ],
)
def test_moments_are_those_of_the_persons_day(now, expected):
    with timezone.override(ROME), clock.at(now.replace(tzinfo=ROME)):
        assert [f"{one.at.astimezone(ROME):%d %H:%M}" for one in sending_moments()] == expected


def test_morning_is_at_nine_also_when_the_clocks_change():
    with timezone.override(ROME), clock.at(datetime(2026, 10, 24, 18, 0, tzinfo=ROME)):
        tomorrow = next(one for one in sending_moments() if one.at.hour == 9)
    assert tomorrow.value == "2026-10-25T09:00+01:00"


def test_message_stands_there_with_its_moment_until_then(shop, anna, cast, client_of):
    moment = datetime(2027, 3, 1, 9, 0, tzinfo=ROME)
    with clock.at(datetime(2027, 2, 27, 9, 0, tzinfo=ROME)):
        message = reply(anna, shop, moment)
        page = anna.get(page_of(shop.case)).content.decode()
    outgoing = Outgoing.objects.get()
    assert (outgoing.next_at, outgoing.waits_for, message.sent_at) == (moment, "moment", moment)
    assert "Will be sent Mon 1 Mar, 09:00" in page
    assert f"/messages/{message.pk}/take-back/" in page
    assert "data-counts" not in page
    send(outgoing.pk)
    assert Outgoing.objects.get().attempts == 0


def test_chosen_moment_is_in_the_persons_time_zone(shop, anna):
    day = (clock.now() + timedelta(days=30)).date()
    anna.post(page_of(shop.case, "reply/"), typed(shop, send_at="chosen", chosen_at=f"{day}T07:15"), **PART)
    assert Outgoing.objects.get().next_at == datetime(day.year, day.month, day.day, 7, 15, tzinfo=ROME)


@pytest.mark.parametrize("chosen", ["", "soon", "2020-01-01T09:00", "2099-01-01T09:00", "2026-99-99T09:00"])
def test_moment_that_is_none_is_said_and_nothing_is_sent(shop, anna, chosen):
    answer = anna.post(page_of(shop.case, "reply/"), typed(shop, send_at="chosen", chosen_at=chosen), **PART)
    assert answer.status_code == 422
    assert "Choose a" in answer.content.decode()
    assert not Outgoing.objects.exists()


def test_taken_back_until_then(shop, anna):
    message = reply(anna, shop)
    anna.post(f"/messages/{message.pk}/take-back/")
    assert Draft.objects.get().written["text"] == "Did it help?"
    comes_due(message)
    assert Outgoing.objects.get().attempts == 0


def test_later_message_to_the_same_address_does_not_wait_for_it(shop, anna):
    reply(anna, shop)
    anna.post(page_of(shop.case, "reply/"), typed(shop, text="And at once"), **PART)
    at_once = Outgoing.objects.latest("id")
    send(at_once.pk)
    at_once.refresh_from_db()
    assert at_once.waits_for != "earlier"
    assert at_once.tried_at is not None


def test_answer_before_makes_it_a_draft_again_and_says_so(shop, anna, cast, client_of, arrive):
    message = reply(anna, shop, unless_answered="1")
    assert "unless an answer comes" in anna.get(page_of(shop.case)).content.decode()
    answered(shop, arrive)
    comes_due(message)
    outgoing = Outgoing.objects.get()
    assert (outgoing.state, outgoing.attempts) == ("taken_back", 0)
    page = anna.get(page_of(shop.case)).content.decode()
    for words in ("Did it help?", "because an answer came", "It is a draft of Anna Ferri again"):
        assert words in page, words
    others = client_of(cast.lena).get(page_of(shop.case)).content.decode()
    assert "It is a draft of Anna Ferri again" in others
    assert "Did it help?" not in others
    assert Case.objects.get(pk=shop.case.pk).excerpt == "It helped."
    # The worker comes once more.
    send(outgoing.pk)
    assert len([one for one in events_after(0) if one.type == "case.message_taken_back"]) == 1


@pytest.mark.parametrize("fields", [{"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated"}])
def test_automatic_answer_is_no_answer(shop, anna, arrive, fields):
    message = reply(anna, shop, unless_answered="1")
    answered(shop, arrive, **fields)
    comes_due(message)
    assert Outgoing.objects.get().tried_at is not None


def test_without_the_option_it_is_sent_all_the_same(shop, anna, arrive):
    message = reply(anna, shop)
    answered(shop, arrive)
    comes_due(message)
    assert Outgoing.objects.get().tried_at is not None


@pytest.mark.parametrize(("put_away", "where"), [("move_to_trash", "in the trash"), ("mark_as_spam", "in spam")])
def test_case_that_was_put_away_holds_it_back_and_says_why(shop, anna, cast, put_away, where):
    message = reply(anna, shop)
    getattr(commands, put_away)(shop.case, actor=Actor.human(cast.lena))
    comes_due(message)
    send(message.outgoing.pk)
    outgoing = Outgoing.objects.get()
    assert (outgoing.state, outgoing.attempts, outgoing.tried_at) == ("taken_back", 0, None)
    page = anna.get(page_of(shop.case)).content.decode()
    for words in (
        "Did it help?",
        f"not sent at its moment, because the case was {where}",
        f"Not sent, because the case was {where}. It is a draft of Anna Ferri again",
    ):
        assert words in page, words


def test_case_that_is_back_before_sends_it(shop, anna, cast):
    message = reply(anna, shop)
    commands.move_to_trash(shop.case, actor=Actor.human(cast.lena))
    commands.restore_case(shop.case, actor=Actor.human(cast.lena))
    comes_due(message)
    assert Outgoing.objects.get().tried_at is not None


def test_what_was_sent_and_not_put_off_leaves_also_from_the_trash(shop, anna, cast):
    message = reply(anna, shop, clock.now() + timedelta(seconds=10))
    commands.move_to_trash(shop.case, actor=Actor.human(cast.anna))
    comes_due(message)
    assert Outgoing.objects.get().tried_at is not None


def test_answer_in_another_conversation_of_the_case_is_one(shop, anna, cast, arrive):
    message = reply(anna, shop, unless_answered="1")
    mail = letter(sender="Carla Bianchi <carla@example.org>", subject="By the way", message_id="<3@example.org>")
    arrive(mail, shop.mailbox)
    commands.merge_cases(Case.objects.latest("id"), into=shop.case, author=cast.anna)
    comes_due(message)
    assert Outgoing.objects.get().state == "taken_back"
    assert Draft.objects.get().written["called_off"] == "answered"
