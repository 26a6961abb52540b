"""Macros while somebody writes: the list, the preview, changes with the reply, changes at once and their undo."""

import json
import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.macros.models import MacroUses
from ancora.cases.models import Case, Outcome, Tag
from ancora.cases.tasks.commands import create_task
from ancora.conversations.models import Message
from ancora.platform import clock

PART = {"HTTP_HX_REQUEST": "true"}
VERBS = ["", "back/", "{macro}/"]


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast.anna)


def place(shop, part="") -> str:
    return f"/cases/{shop.case.reference}/{part}"


def typed(**fields) -> dict:
    return {"kind": "reply", "text": "Dear Carla", "to": "carla@example.org", "form_key": str(uuid4()), **fields}


def fresh(shop) -> Case:
    return Case.objects.get(pk=shop.case.pk)


def test_list_has_the_most_used_first_and_the_words_to_look_for(shop, cast, written, anna):
    for name, text in (("Seal", "<p>The <b>seal</b> &amp; more</p>"), ("Invoice", "<p>Dear</p><p>{name|you}</p>")):
        macro = written(name, text=text)
    written("Off", text="x", is_active=False)
    written("Marco's", text="x", author=cast.marco, owner=cast.marco)
    now = clock.now()
    MacroUses.objects.create(macro=macro, day=now.date(), uses=3, last_at=now)
    page = anna.get(place(shop, "macros/"), **PART).text
    assert re.findall(r'<b class="cut">(.*?)</b>', page) == ["Invoice", "Seal"]
    assert 'data-words="seal the seal &amp; more"' in page
    assert ">Dear Carla Bianchi</span>" in page
    assert 'data-words="invoice dear {name|you}"' in page


def test_macro_that_resolves_names_open_tasks_first(shop, cast, written, anna):
    create_task(shop.case, title="Call Carla", assignee=cast.lena, author=cast.marco)
    macro, at_once = written(outcome=Outcome.objects.first()), {"form_key": str(uuid4())}
    page = place(shop, f"macros/{macro.pk}/")
    for more in ({}, PART):
        named = anna.post(page, at_once, **more)
        assert named.status_code == 422
        for words in ("Call Carla", "Resolve it all the same", f'action="{page}"', at_once["form_key"]):
            assert words in named.text, words
    sent = anna.post(place(shop, "reply/"), typed(change=f"resolved-{macro.outcome_id}", macro=macro.pk), **PART)
    assert "1 task of this case is open" in sent["HX-Trigger"]
    assert (Message.objects.filter(direction="out").count(), fresh(shop).status) == (1, "open")
    assert anna.post(page, {**at_once, "anyway": "1"}, **PART).status_code == 200
    assert fresh(shop).status == "resolved"


def test_empty_list_teaches(shop, anna):
    page = anna.get(place(shop, "macros/"), **PART).text
    assert "There are no macros yet" in page
    assert "/settings/macros/new/" in page


def test_preview_shows_what_is_said_and_done_and_does_nothing(shop, written, anna):
    macro = written(text="<p>Dear {first name|there}, {subject}</p>", outcome=Outcome.objects.first())
    page = anna.get(place(shop, f"macros/{macro.pk}/"), **PART).text
    assert "<p>Dear Carla, The grinder leaks</p>" in page
    assert 'data-code="resolved-' in page
    assert "Resolve: Solved with an answer" in page
    assert fresh(shop).status == "open"
    assert not MacroUses.objects.exists()


def test_preview_names_what_is_not_known_in_the_viewers_language(shop, cast, written, client_of):
    macro = written(text="<p>{team}{name}{subject}</p>")
    Case.objects.update(subject="")
    for person, words in ((cast.anna, "team, subject"), (cast.marco, "team, oggetto")):
        assert f"{words}</p>" in client_of(person).get(place(shop, f"macros/{macro.pk}/"), **PART).text


def test_reply_and_changes_are_one(shop, written, anna):
    tag = Tag.objects.create(label="seal")
    macro = written(text="x", added=[tag], waiting_on="customer")
    changes = [f"tag-{tag.pk}", "waiting-customer"]
    anna.post(place(shop, "reply/"), typed(macro=macro.pk, change=changes), **PART)
    assert (fresh(shop).status, list(fresh(shop).tags.all())) == ("waiting", [tag])
    assert MacroUses.objects.get().uses == 1


def test_change_that_was_taken_away_is_not_made(shop, written, anna):
    macro = written(text="x", waiting_on="customer", priority=4)
    anna.post(place(shop, "reply/"), typed(macro=macro.pk, change=["priority-4"]), **PART)
    assert (fresh(shop).status, fresh(shop).priority) == ("open", 4)


def test_impossible_change_leaves_everything_and_says_which(shop, anna):
    outcome = Outcome.objects.first()
    Outcome.objects.update(is_active=False)
    answer = anna.post(place(shop, "reply/"), typed(change=["priority-4", f"resolved-{outcome.pk}"]), **PART)
    assert answer.status_code == 422
    assert "“Resolve: Solved with an answer” is not possible" in answer.text
    assert fresh(shop).priority == 2
    assert not Message.objects.filter(direction="out").exists()


def test_nonsense_is_refused(shop, anna):
    answer = anna.post(place(shop, "reply/"), typed(change=["status-x"]), **PART)
    assert answer.status_code == 422
    assert "not understood" in answer.text
    assert anna.post(place(shop, "macros/back/"), {"change": "x", "version": "y"}, **PART).status_code == 422


def test_what_is_chosen_for_after_sending_goes_before_the_macros_status(shop, anna):
    outcome = Outcome.objects.first()
    anna.post(place(shop, "reply/"), typed(change=["priority-4", f"resolved-{outcome.pk}"], then="wait"), **PART)
    assert (fresh(shop).status, fresh(shop).waiting_on, fresh(shop).priority) == ("waiting", "customer", 4)


def test_forward_and_note_change_too(shop, anna):
    forwarded = typed(kind="forward", forwards=shop.message.pk, to="mill@example.net", change="waiting-third_party")
    anna.post(place(shop, "forward/"), forwarded, **PART)
    assert fresh(shop).waiting_on == "third_party"
    anna.post(place(shop, "note/"), typed(kind="note", text="The seal is in stock.", change="priority-1"), **PART)
    assert fresh(shop).priority == 1


def test_observer_adds_a_note_and_changes_nothing(shop, cast, client_of):
    olga = client_of(cast.olga)
    answer = olga.post(place(shop, "note/"), typed(kind="note", change="priority-1"), **PART)
    assert answer.status_code == 422
    assert not shop.case.notes.exists()
    assert olga.post(place(shop, "note/"), typed(kind="note"), **PART).status_code == 200
    assert "data-macros" not in olga.get(place(shop)).text


def test_chips_are_there_again_after_a_refusal_without_scripts(shop, written, anna):
    macro = written(text="x", priority=4)
    answer = anna.post(place(shop, "reply/"), typed(to="nonsense", macro=macro.pk, change="priority-4"))
    assert answer.status_code == 422
    assert '<input type="hidden" name="change" value="priority-4"><span>Priority: urgent</span>' in answer.text
    assert f'name="macro" value="{macro.pk}"' in answer.text


def undo_of(answer) -> dict:
    fields = re.findall(r'name="(change|version)" value="([^"]+)"', answer.text)
    return {
        "change": [value for name, value in fields if name == "change"],
        "version": next(value for name, value in fields if name == "version"),
    }


def test_macro_without_text_changes_at_once_and_is_undone(shop, written, anna):
    macro = written("Urgent", priority=4, owning="me")
    key = str(uuid4())
    answer = anna.post(place(shop, f"macros/{macro.pk}/"), {"form_key": key}, **PART)
    assert "“Urgent” was done." in answer.text
    assert (fresh(shop).priority, fresh(shop).owner.name) == (4, "Anna Ferri")
    again = anna.post(place(shop, f"macros/{macro.pk}/"), {"form_key": key}, **PART)
    assert "Undo" not in again.text
    assert MacroUses.objects.get().uses == 1
    assert anna.post(place(shop, "macros/back/"), undo_of(answer), **PART).status_code == 200
    assert (fresh(shop).priority, fresh(shop).owner) == (2, None)
    late = anna.post(place(shop, "macros/back/"), undo_of(answer), **PART)
    assert late.status_code == 422
    assert "changed since" in json.loads(late["HX-Trigger"])["toast"]["text"]


def test_refusal_at_once_is_said(shop, written, anna):
    macro = written(waiting_on="us")
    Case.objects.filter(pk=shop.case.pk).update(status="trash")
    answer = anna.post(place(shop, f"macros/{macro.pk}/"), **PART)
    assert answer.status_code == 422
    assert "spam or trash" in json.loads(answer["HX-Trigger"])["toast"]["text"]
    assert not MacroUses.objects.exists()


def test_without_scripts_one_comes_back_to_the_case(shop, written, anna):
    macro = written(priority=4)
    assert anna.post(place(shop, f"macros/{macro.pk}/"))["Location"] == place(shop)


def test_strangers_find_nothing(shop, cast, written, client_of):
    macro = written(priority=4)
    others = written("Marco's", priority=4, author=cast.marco, owner=cast.marco)
    for verb in VERBS:
        part = "macros/" + verb.format(macro=macro.pk)
        hidden = f"/cases/{shop.hidden.reference}/{part}"
        ask = client_of(cast.stan).post if verb else client_of(cast.stan).get
        assert ask(hidden).status_code == 404, part
        for stranger, status in ((client_of(), 302), (client_of(cast.olga), 403)):
            assert (stranger.post if verb else stranger.get)(place(shop, part)).status_code == status, part
    anna = client_of(cast.anna)
    for ask in (anna.get, anna.post):
        assert ask(place(shop, f"macros/{others.pk}/")).status_code == 404
    assert fresh(shop).priority == 2


def test_list_needs_the_same_queries_however_many(shop, written, anna, django_assert_max_num_queries):
    for number in range(20):
        written(f"Macro {number}", text="<p>x</p>", priority=4)
    with django_assert_max_num_queries(6):
        assert "Macro 19" in anna.get(place(shop, "macros/"), **PART).text


def test_page_of_a_case_asks_nothing_more_for_macros(shop, written, anna):
    anna.get(place(shop))
    with CaptureQueriesContext(connection) as queries:
        anna.get(place(shop))
    assert not [one for one in queries if "macro" in one["sql"]]
