"""The page on which a case is split, and the one that takes it back."""

from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case, CaseSplit
from ancora.conversations.models import Message
from ancora.desk.tests.conftest import letter


def more(arrive, shop, count: int, start: int = 1) -> list[Message]:
    for number in range(start, start + count):
        mail = letter(text=f"More {number}", message_id=f"<more{number}@example.org>")
        mail["In-Reply-To"] = "<first@example.org>"
        arrive(mail, shop.mailbox)
    return list(Message.objects.filter(text__startswith="More").order_by("pk"))


def test_split_on_the_page_and_undone(client_of, cast, shop, arrive):
    client, url = client_of(cast.stan), f"/cases/{shop.case.reference}/split/"
    assert "nothing to split" in client.get(url).content.decode()
    messages = more(arrive, shop, 2)
    page = client.get(url, {"message": [messages[0].pk]}).content.decode()
    assert page.count("checked") == 1
    assert "More 1" in page
    form = {"message": [messages[0].pk], "subject": "Another", "owner": str(cast.anna.pk), "form_key": uuid4()}
    answer = client.post(url, form)
    split = CaseSplit.objects.get()
    assert answer.url == f"/cases/{split.into.reference}/"
    assert client.post(url, form).url == answer.url
    page = client.get(answer.url).content.decode()
    assert f"/splits/{split.pk}/" in page
    assert "Anna Ferri" in page
    late = client.post(url, {**form, "form_key": uuid4()})
    assert late.status_code == 422
    assert "choose again" in late.content.decode()
    assert "goes back to" in client.get(f"/splits/{split.pk}/").content.decode()
    assert client.post(f"/splits/{split.pk}/").url == f"/cases/{shop.case.reference}/"
    assert "It was undone by" in client.get(f"/splits/{split.pk}/").content.decode()
    assert Case.objects.get(pk=split.into_id).status == "trash"


def test_stranger_and_observer_split_nothing(client_of, cast, shop):
    split = CaseSplit.objects.create(
        case=shop.hidden, into=shop.case, since="2026-01-01T00:00Z", author=cast.marco, form_key=uuid4(), places=[]
    )
    for url in (f"/cases/{shop.hidden.reference}/split/", f"/splits/{split.pk}/", "/splits/999/"):
        for ask in (client_of(cast.stan).get, client_of(cast.stan).post):
            assert ask(url).status_code == 404
    assert client_of(cast.olga).post(f"/cases/{shop.case.reference}/split/").status_code == 403


def test_page_asks_as_much_for_many_messages(client_of, cast, shop, arrive):
    client, counts = client_of(cast.stan), []
    for count, start in ((2, 1), (6, 3)):
        more(arrive, shop, count, start)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/cases/{shop.case.reference}/split/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
