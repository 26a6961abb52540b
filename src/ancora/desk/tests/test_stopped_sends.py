"""What a colleague did while one was writing stands beside the composer, with one more click to send."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from ancora.cases import commands
from ancora.cases.models import Case, Outcome
from ancora.conversations.models import Message, Outgoing
from ancora.desk.tests.test_composer import PART, page_of, typed, value
from ancora.platform import clock
from ancora.platform.events.actors import Actor


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast.anna)


@pytest.fixture
def drawn(shop, anna) -> str:
    """What Anna's composer knows of the case."""
    return value(anna.get(page_of(shop)).content.decode(), "as_of")


def test_reply_of_a_colleague_is_shown_and_one_more_click_sends(shop, cast, anna, drawn, client_of):
    long = "The seal is on its way. " * 20
    client_of(cast.marco).post(page_of(shop, "reply/"), typed(shop, text=long), **PART)
    form = typed(shop, as_of=drawn, then="wait")
    stopped = anna.post(page_of(shop, "reply/"), form, **PART)
    assert stopped.status_code == 422
    words = stopped.content.decode()
    assert "Marco Reale sent a message while you were writing. Yours was not sent" in words
    assert "<details><summary>The seal is on its way." in words
    assert re.search(r'name="then" value="wait" hx-post="/cases/\d+/reply/"[^>]*>Send anyway<', words)
    assert "case:changed" in stopped["HX-Trigger"]
    assert Outgoing.objects.count() == 1
    known = re.search(r'name="as_of" id="as-of" value="(\d+)" hx-swap-oob="true"', words)[1]
    assert int(known) > int(drawn)
    assert anna.post(page_of(shop, "reply/"), {**form, "as_of": known}, **PART).status_code == 200
    assert Outgoing.objects.count() == 2
    assert Case.objects.get(pk=shop.case.pk).status == "waiting"


def test_note_and_changes_are_told_in_words(shop, cast, anna, drawn):
    marco = Actor.human(cast.marco)
    commands.add_note(shop.case, text="<b>Do not</b> answer", author=cast.marco)
    commands.assign_case(shop.case, owner=cast.lena, actor=marco)
    commands.resolve_case(shop.case, outcome=Outcome.objects.first(), actor=marco)
    words = anna.post(page_of(shop, "reply/"), typed(shop, as_of=drawn), **PART).content.decode()
    assert "Marco Reale left a note while you were writing" in words
    assert "&lt;b&gt;Do not&lt;/b&gt; answer" in words
    assert "Owner: Lena Vogt" in words
    assert "Resolved: Solved with an answer" in words


def test_without_scripts_the_page_comes_again_with_what_is_new_and_then_sends(shop, cast, anna, drawn):
    commands.add_note(shop.case, text="Wait", author=cast.marco)
    form = typed(shop, as_of=drawn, text="My long answer", then=f"resolve-{Outcome.objects.first().pk}")
    answer = anna.post(page_of(shop, "reply/"), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Marco Reale left a note while you were writing" in page
    assert "My long answer" in page
    assert f'name="then" value="{form["then"]}"' in page
    assert not Outgoing.objects.exists()
    assert anna.post(page_of(shop, "reply/"), {**form, "as_of": value(page, "as_of")}).status_code == 302
    assert Outgoing.objects.count() == 1


def test_forward_is_stopped_too(shop, cast, anna):
    page = anna.get(page_of(shop, f"composer/?forward={shop.message.pk}"), **PART).content.decode()
    commands.add_note(shop.case, text="Parts knows", author=cast.marco)
    form = {"kind": "forward", "forwards": shop.message.pk, "to": "parts@example.net", "text": "?"}
    form |= {"form_key": str(uuid4()), "as_of": value(page, "as_of")}
    stopped = anna.post(page_of(shop, "forward/"), form, **PART)
    assert stopped.status_code == 422
    assert "/forward/" in stopped.content.decode()
    assert not Outgoing.objects.exists()


def test_case_in_the_trash_is_not_sent_from_by_one_more_click(shop, cast, anna, drawn):
    commands.move_to_trash(shop.case, actor=Actor.human(cast.marco))
    words = anna.post(page_of(shop, "reply/"), typed(shop, as_of=drawn), **PART).content.decode()
    assert "Take it back before you answer" in words
    assert "Status: Trash" in words
    assert "Send anyway" not in words


def test_timeline_says_what_it_shows(shop, cast, anna, drawn):
    assert anna.get(page_of(shop, "timeline/"), **PART)["As-Of"] == drawn
    commands.add_note(shop.case, text="Wait", author=cast.marco)
    known = anna.get(page_of(shop, "timeline/"), **PART)["As-Of"]
    assert int(known) > int(drawn)
    assert anna.post(page_of(shop, "reply/"), typed(shop, as_of=known), **PART).status_code == 200


def test_what_one_wrote_oneself_does_not_stop_oneself(shop, anna, drawn):
    for number in range(2):
        assert (
            anna.post(page_of(shop, "reply/"), typed(shop, as_of=drawn, text=f"Part {number}"), **PART).status_code
            == 200
        )
    assert Message.objects.filter(direction="out").count() == 2


@pytest.mark.parametrize("nonsense", ["x", "-1", "9" * 30])
def test_nonsense_sends_nothing_or_what_was_meant(shop, anna, nonsense):
    assert anna.post(page_of(shop, "reply/"), typed(shop, as_of=nonsense), **PART).status_code in (200, 422)


def test_what_was_to_be_sent_later_is_sent_later_by_the_one_more_click(shop, cast, anna, drawn):
    commands.add_note(shop.case, text="Wait", author=cast.marco)
    tomorrow = (clock.now() + timedelta(days=1)).replace(microsecond=0)
    form = typed(shop, as_of=drawn, send_at=tomorrow.isoformat(), unless_answered="1")
    again = rf'name="send_at" value="{re.escape(tomorrow.isoformat())}"[^>]*>Send anyway <span class="meta">'
    assert re.search(again, anna.post(page_of(shop, "reply/"), form).content.decode())
    words = anna.post(page_of(shop, "reply/"), form, **PART).content.decode()
    assert re.search(again, words)
    known = re.search(r'name="as_of" id="as-of" value="(\d+)"', words)[1]
    assert anna.post(page_of(shop, "reply/"), {**form, "as_of": known}, **PART).status_code == 200
    outgoing = Outgoing.objects.get()
    assert (outgoing.next_at, outgoing.unless_answered) == (tomorrow, True)
