"""Moving a message at the desk: the question, what will happen in plain words, the deed, the way back."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import add_note, reply_to_case
from ancora.cases.models import Case
from ancora.cases.queries import case_with
from ancora.conversations.models import Message
from ancora.conversations.places import current_place
from ancora.desk.tests.conftest import letter


@pytest.fixture
def wrong(shop, arrive) -> Message:
    """A mail of Bruno in Carla's case; he has a case of his own."""
    bruno = {"sender": "Bruno Neri <bruno@example.net>", "subject": "Invoice twice"}
    arrive(letter(**bruno, message_id="<2@example.net>"), shop.mailbox)
    mail = letter(**bruno, text="Still two of them.", message_id="<3@example.net>")
    mail["In-Reply-To"] = "<first@example.org>"
    return Message.objects.get(pk=arrive(mail, shop.mailbox).message_id)


@pytest.fixture
def his(wrong) -> Case:
    return Case.objects.get(subject="Invoice twice")


def preview(client, message, **asked):
    return client.get(f"/messages/{message.pk}/move/", asked)


def fields_of(page: str) -> dict[str, str]:
    """What the button of the preview would send."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def undo_in(page: str) -> str:
    return re.search(r'action="(/[^"]*back/[^"]*)"', page)[1].replace("&amp;", "&")


def test_menu_of_a_message_offers_it_to_agents_only(shop, cast, client_of):
    address = f"/messages/{shop.message.pk}/"
    assert f"{address}move/" in client_of(cast.anna).get(address).text
    assert f"{address}move/" not in client_of(cast.olga).get(address).text


def test_move_is_told_done_and_undone(shop, cast, client_of, wrong, his):
    anna = client_of(cast.anna)
    told = preview(anna, wrong, where="case", reference=f"#{his.reference}").text
    for words in (
        "What will happen",
        "The customers differ",
        "Carla Bianchi",
        "Bruno Neri",
        f"Move to #{his.reference}",
    ):
        assert words in told
    page = anna.post(f"/messages/{wrong.pk}/move/", fields_of(told), follow=True)
    assert page.redirect_chain[0][0] == f"/cases/{his.reference}/#m-{wrong.pk}"
    assert f"The message is in #{his.reference} now." in page.text
    assert f'Message moved here from <a href="/cases/{shop.case.reference}/">' in page.text
    assert "Still two of them." not in anna.get(f"/cases/{shop.case.reference}/timeline/").text
    assert "Still two of them." not in anna.get("/queues/open/").text.split(shop.case.subject)[1][:400]
    for _ in range(2):
        back = anna.post(undo_in(page.text), follow=True)
        assert f"The message is back in #{shop.case.reference}." in back.text
    assert case_with(wrong) == shop.case


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("", "Write the number of a case"),
        ("abc", "Write the number of a case"),
        ("999999", "There is no case #999999 that you can see"),
        ("9" * 30, "Write the number of a case"),
    ],
)
def test_wrong_number_is_said_and_kept(shop, cast, client_of, number, words):
    answer = preview(client_of(cast.anna), shop.message, where="case", reference=number)
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{number}"' in answer.text or not number
    assert "What will happen" not in answer.text


def test_case_one_may_not_see_is_as_one_that_is_not_there(shop, cast, client_of):
    answer = preview(client_of(cast.stan), shop.message, where="case", reference=shop.hidden.reference)
    assert f"There is no case #{shop.hidden.reference} that you can see" in answer.text
    fields = {"where": "case", "reference": shop.hidden.reference}
    assert client_of(cast.stan).post(f"/messages/{shop.message.pk}/move/", fields).status_code == 422
    assert case_with(shop.message) == shop.case


def test_its_own_case_is_no_other_case(shop, cast, client_of):
    told = preview(client_of(cast.anna), shop.message, where="case", reference=shop.case.reference).text
    assert "already. Write another number." in told
    assert 'method="post" action="/messages' not in told


def test_new_case_is_told_and_begins_once(shop, cast, client_of, wrong):
    anna = client_of(cast.anna)
    told = preview(anna, wrong, where="new").text
    assert "a new one for Bruno Neri, open, without owner" in told
    for _ in range(2):
        page = anna.post(f"/messages/{wrong.pk}/move/", fields_of(told), follow=True)
        assert "Message moved here from" in page.text
    assert Case.objects.filter(subject="Invoice twice").count() == 2
    anna.post(undo_in(page.text))
    assert case_with(wrong) == shop.case
    assert Case.objects.filter(subject="Invoice twice", status="trash").count() == 1


def test_what_becomes_of_an_emptied_case_is_said_before(shop, cast, client_of, his):
    anna = client_of(cast.anna)
    asked = {"where": "case", "reference": his.reference}
    assert "holds nothing else and goes to the trash" not in preview(anna, shop.message, **asked).text
    alone = Message.objects.get(message_id="2@example.net")
    told = preview(anna, alone, where="case", reference=shop.case.reference).text
    assert "holds nothing else and goes to the trash" in told
    add_note(his, text="She called", author=cast.anna)
    told = preview(anna, alone, where="case", reference=shop.case.reference).text
    assert "It stays as it is, because it has notes" in told


@pytest.mark.parametrize(
    ("status", "words"), [("trash", "brings it back"), ("spam", "is in spam"), ("resolved", "is solved, and stays so")]
)
def test_status_of_the_other_case_is_said_before(cast, client_of, wrong, his, status, words):
    Case.objects.filter(pk=his.pk).update(status=status)
    assert words in preview(client_of(cast.anna), wrong, where="case", reference=his.reference).text


def test_message_on_its_way_is_not_offered_to_be_moved(shop, cast, client_of, his):
    sent = reply_to_case(shop.case, html="<p>Yes</p>", to=[("", "carla@example.org")], author=cast.anna)
    anna = client_of(cast.anna)
    page = preview(anna, sent)
    assert "still on its way" in page.text
    assert 'name="reference"' not in page.text
    fields = {"where": "case", "reference": his.reference}
    answer = anna.post(f"/messages/{sent.pk}/move/", fields)
    assert (answer.status_code, case_with(sent)) == (422, shop.case)


def test_two_who_move_at_once_are_told(shop, cast, client_of, wrong, his):
    anna, lena = client_of(cast.anna), client_of(cast.lena)
    told = preview(anna, wrong, where="case", reference=his.reference).text
    lena.post(f"/messages/{wrong.pk}/move/", fields_of(preview(lena, wrong, where="new").text))
    third = case_with(wrong)
    answer = anna.post(f"/messages/{wrong.pk}/move/", fields_of(told))
    assert answer.status_code == 422
    assert f"it is in {third} now. Nothing was changed." in answer.text
    assert f'value="{his.reference}"' in answer.text
    assert case_with(wrong) == third


def test_undo_of_a_message_that_went_further_is_refused(shop, cast, client_of, wrong, his):
    anna = client_of(cast.anna)
    anna.post(f"/messages/{wrong.pk}/move/", {"where": "new"})
    first = f"/messages/{wrong.pk}/move/back/?seen={current_place(wrong).pk}"
    anna.post(f"/messages/{wrong.pk}/move/", {"where": "case", "reference": his.reference})
    assert "Somebody moved this message meanwhile" in anna.post(first, follow=True).text
    assert case_with(wrong) == his
    for seen in ("", "x", "0", "1", "9" * 30):
        assert anna.post(f"/messages/{wrong.pk}/move/back/?seen={seen}").status_code == 404


def test_strangers_and_observers_move_nothing(shop, cast, client_of):
    for path in ("move/", "move/back/"):
        address = f"/messages/{shop.message.pk}/{path}"
        assert "/accounts/login/" in client_of().post(address)["Location"]
        assert client_of(cast.olga).post(address).status_code == 403
        assert client_of(cast.stan).post(f"/messages/{shop.hidden_message.pk}/{path}").status_code == 404
    address = f"/messages/{shop.message.pk}/move/"
    assert client_of().get(address).status_code == 302
    assert client_of(cast.olga).get(address).status_code == 403
    assert client_of(cast.stan).get(f"/messages/{shop.hidden_message.pk}/move/").status_code == 404
    assert client_of(cast.anna).get(f"{address}back/").status_code == 405


def test_queries_of_the_preview_do_not_depend_on_the_case(shop, cast, client_of, arrive, wrong, his):
    anna = client_of(cast.anna)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            preview(anna, wrong, where="case", reference=his.reference)
        return len(queries)

    count()
    few = count()
    for number in range(5):
        more = letter(message_id=f"<more{number}@example.net>", text=f"More {number}")
        more["In-Reply-To"] = "<first@example.org>"
        arrive(more, shop.mailbox)
    assert count() == few


def test_timeline_with_moves_has_as_many_queries_as_with_one(shop, cast, client_of, wrong, his):
    anna = client_of(cast.anna)

    def move_about() -> int:
        for reference in (his.reference, shop.case.reference):
            anna.post(f"/messages/{wrong.pk}/move/", {"where": "case", "reference": reference})
        with CaptureQueriesContext(connection) as queries:
            anna.get(f"/cases/{shop.case.reference}/timeline/")
        return len(queries)

    move_about()
    assert move_about() == move_about()
