"""Not signed in: to the sign-in. Not yours: not found. Observers: may read and write notes."""

import pytest

from ancora.cases.commands import add_note
from ancora.cases.models import NoteFile
from ancora.conversations.commands.write import Upload

CASE_PARTS = [
    "",
    "composer/",
    "head/",
    "timeline/",
    "owner/",
    "team/",
    "priority/",
    "tags/",
    "status/",
    "then/",
    "merge/",
    "related/",
]
CASE_VERBS = ["owner/", "team/", "priority/", "tags/", "status/", "reply/", "forward/", "note/", "merge/", "related/"]
MESSAGE_PARTS = ["", "body/", "quoted/", "original/"]


def pages_of(case, message, attachment) -> list[str]:
    """Every address that shows something of one case."""
    return [
        *(f"/cases/{case.reference}/{part}" for part in CASE_PARTS),
        *(f"/messages/{message.pk}/{part}" for part in MESSAGE_PARTS),
        f"/attachments/{attachment.pk}/",
    ]


def test_stranger_is_sent_to_the_sign_in(shop, client_of):
    stranger = client_of()
    pages = pages_of(shop.hidden, shop.hidden_message, shop.hidden_attachment)
    for page in [*pages, "/", "/queues/mine/", "/queues/mine/news/", "/search/?q=x", "/new/", "/customers/1/"]:
        answer = stranger.get(page)
        assert answer.status_code == 302, page
        assert "/accounts/login/" in answer["Location"], page


def test_stranger_changes_nothing(shop, client_of):
    stranger = client_of()
    verbs = [f"/cases/{shop.case.reference}/{verb}" for verb in CASE_VERBS]
    for page in [*verbs, f"/messages/{shop.message.pk}/retry/", f"/customers/{shop.case.customer_id}/remark/"]:
        assert stranger.post(page).status_code == 302, page


def test_case_of_another_teams_mailbox_is_not_found(shop, cast, client_of):
    stan = client_of(cast.stan)
    for page in pages_of(shop.hidden, shop.hidden_message, shop.hidden_attachment):
        assert stan.get(page).status_code == 404, page
    for verb in CASE_VERBS:
        assert stan.post(f"/cases/{shop.hidden.reference}/{verb}").status_code == 404, verb
    assert stan.post(f"/messages/{shop.hidden_message.pk}/retry/").status_code == 404


def test_case_of_ones_own_teams_mailbox_is_shown(shop, cast, client_of):
    marco = client_of(cast.marco)
    for page in pages_of(shop.hidden, shop.hidden_message, shop.hidden_attachment):
        assert marco.get(page).status_code == 200, page


def test_files_of_notes_are_not_found_by_strangers(shop, cast, client_of):
    add_note(shop.hidden, text="look", author=cast.marco, files=[Upload("a.txt", "text/plain", b"a")])
    page = f"/notes/files/{NoteFile.objects.get().pk}/"
    assert client_of(cast.stan).get(page).status_code == 404
    assert client_of(cast.marco).get(page).content == b"a"


def test_hidden_case_is_in_no_list_and_no_search(shop, cast, client_of):
    stan = client_of(cast.stan)
    for page in ["/queues/open/", "/queues/unassigned/", "/search/?q=secret", f"/search/?q={shop.hidden.reference}"]:
        assert "Secret matter" not in stan.get(page).content.decode(), page
    assert "Secret matter" in client_of(cast.marco).get("/queues/open/").content.decode()


def test_observer_reads_and_notes_but_changes_nothing(shop, cast, client_of):
    olga = client_of(cast.olga)
    page = olga.get(f"/cases/{shop.case.reference}/").content.decode()
    assert 'value="note"' in page
    assert 'value="reply"' not in page
    assert "menu-status" not in page
    for verb in [verb for verb in CASE_VERBS if verb != "note/"]:
        assert olga.post(f"/cases/{shop.case.reference}/{verb}").status_code == 403, verb
    assert olga.get("/new/").status_code == 403
    assert olga.post(f"/cases/{shop.case.reference}/note/", {"text": "Seen"}).status_code == 302
    assert shop.case.notes.get().text == "Seen"


@pytest.mark.parametrize("page", ["/cases/999999/", "/cases/99999999999999999999999/", "/messages/1000000/body/"])
def test_unknown_number_is_not_found_in_plain_words(shop, cast, client_of, page):
    answer = client_of(cast.anna).get(page)
    assert answer.status_code == 404
    assert "There is nothing here for you" in answer.content.decode()
