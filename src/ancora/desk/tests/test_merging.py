"""Merging at the desk: finding the other case, what will happen in plain words, the deed, the way back."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import add_note, add_tag, create_tag, merge_cases, reply_to_case, set_priority
from ancora.cases.models import Case, CaseMerge, NoteFile
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import Mailbox
from ancora.desk.tests.conftest import letter
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor


@pytest.fixture
def again(shop, arrive) -> Case:
    """Carla's second case, about the same."""
    arrive(letter(subject="Leaking", text="Still leaking.", message_id="<2@example.org>"), shop.mailbox)
    return Case.objects.get(subject="Leaking")


@pytest.fixture
def his(shop, arrive) -> Case:
    bruno = {"sender": "Bruno Neri <bruno@example.net>", "subject": "Invoice twice"}
    arrive(letter(**bruno, text="Two invoices.", message_id="<3@example.net>"), shop.mailbox)
    return Case.objects.get(subject="Invoice twice")


def preview(client, case, **asked):
    return client.get(f"/cases/{case.reference}/merge/", asked)


def fields_of(page: str) -> dict[str, str]:
    """What the button of the preview would send."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def merged(case, into, cast) -> CaseMerge:
    return merge_cases(Case.objects.get(pk=case.pk), into=Case.objects.get(pk=into.pk), author=cast.marco)


def test_head_offers_it_to_agents_only(shop, cast, client_of):
    page = f"/cases/{shop.case.reference}/"
    assert f"{page}merge/" in client_of(cast.anna).get(page).text
    assert f"{page}merge/" not in client_of(cast.olga).get(page).text


def test_other_case_is_found_among_the_customers_or_by_words_or_number(shop, cast, client_of, again, his):
    anna = client_of(cast.anna)
    page = preview(anna, shop.case).text
    assert f'href="?other={again.reference}"' in page
    assert f'href="?other={his.reference}"' not in page
    assert f'href="?other={his.reference}"' in preview(anna, shop.case, q="neri").text
    assert "fits “zebra”" in preview(anna, shop.case, q="zebra").text
    for number in (again.reference, f"#{again.reference}"):
        assert "What will happen" in preview(anna, shop.case, q=number).text


def test_merge_is_told_done_followed_and_undone(shop, cast, client_of, again):
    anna = client_of(cast.anna)
    actor = Actor.human(cast.marco)
    add_note(again, text="She called", author=cast.marco)
    add_tag(again, tag=create_tag("leak", actor=actor), actor=actor)
    set_priority(again, priority=4, actor=actor)
    told = preview(anna, again, other=shop.case.reference).text
    survivor, other = f"#{shop.case.reference}", f"#{again.reference}"
    for words in (f"Merge {other} into {survivor}", "1 message, 1 note", "urgent", "was: normal", "leak"):
        assert " ".join(words.split()) in " ".join(re.sub(r"<[^>]+>", "", told).split()), words
    assert "The customers differ" not in told
    for _ in range(2):
        page = anna.post(f"/cases/{again.reference}/merge/", fields_of(told), follow=True)
        assert f"{other} is a part of {survivor} now." in page.text
    assert CaseMerge.objects.count() == 1
    page = anna.get(f"/cases/{again.reference}/?queue=open", follow=True)
    assert page.redirect_chain[0][0] == f"/cases/{shop.case.reference}/?queue=open&from={again.reference}"
    assert f"{other} was merged into {survivor} by Anna Ferri" in page.text
    for words in ("It leaks again.", "Still leaking.", "She called", "merged into this case", "Undo the merge"):
        assert words in page.text, words
    assert "Undo the merge" not in client_of(cast.olga).get(f"/cases/{shop.case.reference}/").text
    assert again.subject not in anna.get("/queues/open/").text.replace("Still leaking", "")
    for words in (other, str(again.reference)):
        assert f"/cases/{shop.case.reference}/" in anna.get("/search/", {"q": words}, follow=True).text
    back = f"/merges/{CaseMerge.objects.get().pk}/"
    told = anna.get(back).text
    for words in ("1 message", "1 note", f"Take {other} out of {survivor}"):
        assert words in told
    for _ in range(2):
        page = anna.post(back, follow=True)
        assert f"{other} is on its own again." in page.text
    assert "It was undone by Anna Ferri" in anna.get(back).text
    assert "She called" not in anna.get(f"/cases/{shop.case.reference}/").text
    assert Case.objects.get(pk=shop.case.pk).priority == 2


def test_survivor_is_the_older_one_or_the_chosen_one(shop, cast, client_of, again):
    anna = client_of(cast.anna)
    for case, other in ((shop.case, again), (again, shop.case)):
        told = preview(anna, case, other=other.reference).text
        assert f"Merge #{again.reference} into #{shop.case.reference}" in told
        assert f"Keep #{again.reference} instead" in told
        told = preview(anna, case, other=other.reference, keep=again.reference).text
        assert f"Merge #{shop.case.reference} into #{again.reference}" in told
    page = anna.post(f"/cases/{again.reference}/merge/", fields_of(told), follow=True)
    assert page.redirect_chain[0][0] == f"/cases/{again.reference}/"
    assert Case.objects.get(pk=shop.case.pk).merged_into == again


def test_customers_that_differ_are_warned_of_with_both_addresses(shop, cast, client_of, his):
    anna = client_of(cast.anna)
    told = preview(anna, shop.case, other=his.reference).text
    for words in ("The customers differ.", "Carla Bianchi", "Bruno Neri", "carla@example.org", "bruno@example.net"):
        assert words in told
    Case.objects.filter(pk=his.pk).update(customer=shop.case.customer)
    answer = anna.post(f"/cases/{shop.case.reference}/merge/", fields_of(told))
    assert answer.status_code == 422
    assert "changed the customer of one of the two meanwhile" in answer.text
    assert not CaseMerge.objects.exists()


def test_case_that_was_merged_elsewhere_meanwhile_is_not_dragged_along(shop, cast, client_of, again, his):
    anna = client_of(cast.anna)
    pages = [(one, other, keep) for one, other in ((again, his), (his, again)) for keep in (again, his)]
    told = [preview(anna, one, other=other.reference, keep=keep.reference).text for one, other, keep in pages]
    merged(again, shop.case, cast)
    for (one, _other, _keep), fields in zip(pages, map(fields_of, told), strict=True):
        answer = anna.post(f"/cases/{one.reference}/merge/", fields)
        assert answer.status_code == 422
        assert "Somebody merged one of the two meanwhile" in answer.text
    assert CaseMerge.objects.count() == 1


def test_what_is_on_its_way_and_mailboxes_of_others_are_told(shop, cast, client_of, again):
    to = [("", "carla@example.org")]
    reply_to_case(again, html="<p>Yes</p>", to=to, author=cast.anna)
    told = preview(client_of(cast.anna), shop.case, other=again.reference).text
    assert "is on its way and leaves as it was written" in told
    assert "not everybody sees both" not in told
    User.objects.filter(pk=cast.marco.pk).update(language="en")
    assert "not everybody sees both" in preview(client_of(cast.marco), shop.case, other=shop.hidden.reference).text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("", "Find"),
        ("999999", "There is no case #999999 that you can see"),
        ("itself", "cannot be merged into itself"),
        ("part", "is a part of"),
        ("trash", "is in spam or trash"),
    ],
)
def test_wrong_number_is_said_and_kept(shop, cast, client_of, again, his, number, words):
    merged(again, shop.case, cast)
    Case.objects.filter(pk=his.pk).update(status="trash")
    known = {"itself": shop.case.reference, "part": again.reference, "trash": his.reference}
    answer = preview(client_of(cast.anna), shop.case, q=known.get(number, number))
    assert answer.status_code == (422 if number else 200)
    assert words in answer.text
    assert "What will happen" not in answer.text
    assert f'value="{known.get(number, number)}"' in answer.text


def test_screen_of_a_case_that_is_merged_meanwhile_goes_on_in_the_survivor(shop, cast, client_of, again):
    anna, stale = client_of(cast.anna), f"/cases/{again.reference}/"
    merged(again, shop.case, cast)
    head = anna.get(f"{stale}head/", HTTP_HX_REQUEST="true").text
    assert "was merged into" in head
    assert f'href="/cases/{shop.case.reference}/"' in head
    assert "It leaks again." in anna.get(f"{stale}timeline/").text
    fields = {"text": "Noted", "kind": "note"}
    anna.post(f"{stale}note/", fields)
    assert shop.case.notes.get().text == "Noted"
    assert again.notes.count() == 0


def test_case_one_may_not_see_is_as_one_that_is_not_there(shop, cast, client_of):
    stan = client_of(cast.stan)
    assert f"There is no case #{shop.hidden.reference}" in preview(stan, shop.case, q=shop.hidden.reference).text
    fields = {"other": shop.hidden.reference}
    assert stan.post(f"/cases/{shop.case.reference}/merge/", fields).status_code == 422
    assert not CaseMerge.objects.exists()


def test_strangers_and_observers_merge_nothing(shop, cast, client_of, arrive, again):
    secret = letter(subject="More", to="board@example.com", message_id="<m@example.org>")
    arrive(secret, Mailbox.objects.get(pk__in=shop.hidden.mailbox_ids))
    more = Case.objects.get(subject="More")
    hidden = f"/merges/{merged(more, shop.hidden, cast).pk}/"
    for address in (f"/cases/{shop.hidden.reference}/merge/", hidden):
        for verb in ("get", "post"):
            assert "/accounts/login/" in getattr(client_of(), verb)(address)["Location"]
            assert getattr(client_of(cast.olga), verb)(address).status_code == 403
            assert getattr(client_of(cast.stan), verb)(address).status_code == 404
    assert client_of(cast.stan).get(f"/cases/{more.reference}/").status_code == 404
    assert client_of(cast.marco).get(hidden).status_code == 200
    assert client_of(cast.anna).get("/merges/999999/").status_code == 404


def test_file_of_a_note_is_seen_by_whoever_sees_the_survivor(shop, cast, client_of):
    add_note(shop.hidden, text="look", author=cast.marco, files=[Upload("a.txt", "text/plain", b"a")])
    page = f"/notes/files/{NoteFile.objects.get().pk}/"
    assert client_of(cast.stan).get(page).status_code == 404
    merged(shop.hidden, shop.case, cast)
    assert client_of(cast.stan).get(page).content == b"a"


def test_queries_of_the_preview_do_not_depend_on_the_cases(shop, cast, client_of, arrive, again, his):
    anna = client_of(cast.anna)

    def count(page: str) -> int:
        anna.get(page)
        with CaptureQueriesContext(connection) as queries:
            assert "What will happen" in anna.get(page).text
        return len(queries)

    ahead = f"/cases/{shop.case.reference}/merge/?other={again.reference}"
    few = count(ahead)
    for number in range(4):
        more = letter(message_id=f"<more{number}@example.org>", text=f"More {number}")
        more["In-Reply-To"] = "<2@example.org>"
        arrive(more, shop.mailbox)
        add_note(again, text=f"note {number}", author=cast.lena)
    assert count(ahead) == few
    back = f"/merges/{merged(again, shop.case, cast).pk}/"
    few = count(back)
    merged(his, shop.case, cast)
    assert count(back) == few


def test_case_with_merges_has_as_many_queries_as_with_one(shop, cast, client_of, again, his):
    anna = client_of(cast.anna)

    def count() -> int:
        anna.get(f"/cases/{shop.case.reference}/")
        with CaptureQueriesContext(connection) as queries:
            anna.get(f"/cases/{shop.case.reference}/")
        return len(queries)

    merged(again, shop.case, cast)
    few = count()
    merged(his, shop.case, cast)
    assert count() == few
    assert few <= 32
