"""Senders in the settings and for programs: who is blocked, whose images are shown, how both are undone."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case
from ancora.conversations.commands.blocks import block_sender
from ancora.conversations.commands.images import allow_images
from ancora.conversations.models import ImageConsent, Mailbox, Message, SenderBlock
from ancora.conversations.tests.test_trust import FAIL, PASS, mail
from ancora.parties.models import Team

PAGE = "/settings/senders/"


@pytest.fixture
def blocked(cast, mailbox, arrive):
    """Carla is blocked, and wrote twice since."""
    block = block_sender("carla@customers.org", author=cast.marco, why="Only advertises")
    for number in (1, 2):
        arrive(mail(number=number), mailbox)
    return block


def test_list_says_who_why_and_how_many(cast, client_of, blocked):
    page = client_of(cast.anna).get(PAGE).text
    for words in ("carla@customers.org", "Marco Reale", "Only advertises", '<td class="num">2</td>'):
        assert words in page


def test_sender_is_blocked_in_the_settings(cast, client_of, db):
    lena = client_of(cast.lena)
    assert 'value="x@spam.example"' in lena.get(f"{PAGE}?address=x@spam.example").text
    assert lena.post(PAGE, {"address": "x@spam.example", "why": "Loud"}).status_code == 302
    assert lena.post(PAGE, {"address": "y@loud.example", "whole_domain": "on"}).status_code == 302
    assert sorted(str(block) for block in SenderBlock.objects.all()) == ["@loud.example", "x@spam.example"]
    refused = lena.post(PAGE, {"address": "x@gmail.com", "whole_domain": "on"}).text
    assert "Too many people" in refused
    assert 'value="x@gmail.com"' in refused


def test_unblocking_tells_how_many_cases_are_there_and_takes_them_back_if_wished(cast, client_of, blocked):
    anna, page = client_of(cast.anna), f"{PAGE}{blocked.pk}/"
    assert "2 cases that this block put into spam are still there" in anna.get(page).text
    answer = anna.post(page, {"restores": "on"}, follow=True)
    assert "2 cases were taken back" in answer.text
    assert set(Case.objects.values_list("status", flat=True)) == {"open"}
    assert anna.get(page).status_code == 404


def test_unblocking_alone_leaves_the_cases_in_spam(cast, client_of, blocked):
    client_of(cast.anna).post(f"{PAGE}{blocked.pk}/")
    assert set(Case.objects.values_list("status", flat=True)) == {"spam"}
    assert SenderBlock.objects.get().lifted_by == cast.anna


def test_cases_that_one_does_not_see_are_not_counted_and_stay(cast, client_of, blocked):
    team = Team.objects.create(name="Insiders")
    Mailbox.objects.get().teams.add(team)
    stan, page = client_of(cast.stan), f"{PAGE}{blocked.pk}/"
    assert "still there" not in stan.get(page).text
    stan.post(page, {"restores": "on"})
    assert set(Case.objects.values_list("status", flat=True)) == {"spam"}


def test_agents_do_not_touch_blocks_of_domains(cast, client_of, db):
    block = block_sender("loud.example", author=cast.lena, whole_domain=True)
    stan = client_of(cast.stan)
    assert "whole_domain" not in stan.get(PAGE).text
    assert f"{PAGE}{block.pk}/" not in stan.get(PAGE).text
    assert "Only leads" in stan.post(f"{PAGE}{block.pk}/").text
    assert SenderBlock.objects.get().lifted_at is None


def test_observers_look_and_strangers_do_not(cast, client_of, blocked):
    olga, stranger = client_of(cast.olga), client_of()
    assert "carla@customers.org" in olga.get(PAGE).text
    assert "<form" not in olga.get(PAGE).text.partition("<main")[2].partition("</main")[0]
    assert olga.post(PAGE, {"address": "x@spam.example"}).status_code == 403
    assert olga.get(f"{PAGE}{blocked.pk}/").status_code == 404
    for page in (PAGE, f"{PAGE}{blocked.pk}/"):
        assert stranger.get(page).status_code == 302
        assert stranger.post(page).status_code == 302
    assert SenderBlock.objects.filter(lifted_at=None).count() == 1


def test_list_needs_the_same_queries_however_many(cast, client_of, db, mailbox, arrive):
    anna = client_of(cast.anna)

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(PAGE).status_code == 200
        return len(queries)

    def grow(start: int, number: int) -> None:
        for at in range(start, start + number):
            block_sender(f"{at}@spam.example", author=cast.marco)
            arrive(mail(sender=f"{at}@spam.example", number=at), mailbox)
            ImageConsent.objects.create(address=f"{at}@news.example", author=cast.marco, since=mailbox.created_at)

    grow(0, 1)
    count()
    few = count()
    grow(1, 6)
    assert count() == few


def test_images_of_a_sender_are_asked_for_again(cast, client_of, mailbox, arrive):
    message = Message.objects.get(pk=arrive(mail(), mailbox).message_id)
    allow_images(message, author=cast.marco, for_sender=True)
    consent, stan = ImageConsent.objects.get(), client_of(cast.stan)
    assert "carla@customers.org" in stan.get(PAGE).text
    assert client_of(cast.olga).post(f"{PAGE}images/{consent.pk}/").status_code == 404
    assert client_of().post(f"{PAGE}images/{consent.pk}/").status_code == 302
    assert stan.post(f"{PAGE}images/{consent.pk}/").status_code == 302
    consent.refresh_from_db()
    assert consent.until is not None
    assert stan.post(f"{PAGE}images/{consent.pk}/").status_code == 404


def test_page_of_a_customer_offers_the_block(cast, client_of, mailbox, arrive):
    arrive(mail(), mailbox)
    page = f"/customers/{Case.objects.get().customer_id}/"
    assert "?address=carla%40customers.org" in client_of(cast.stan).get(page).text
    assert "?address=" not in client_of(cast.olga).get(page).text
    block = block_sender("carla@customers.org", author=cast.stan)
    assert f"{PAGE}{block.pk}/" in client_of(cast.stan).get(page).text


# For programs


def test_program_blocks_and_unblocks(cast, program_of, mailbox, arrive):
    program = program_of(cast.stan)
    made = program.post("/blocks", {"address": "carla@customers.org", "why": "Loud"})
    assert made.status_code == 201
    arrive(mail(), mailbox)
    [block] = program.get("/blocks").json()
    assert (block["value"], block["kind"], block["why"], block["mails"]) == (
        "carla@customers.org",
        "address",
        "Loud",
        1,
    )
    assert program.post("/blocks", {"address": "nobody"}).status_code == 422
    assert program.post("/blocks", {"address": "x@loud.example", "whole_domain": True}).status_code == 422
    assert program_of(cast.olga).delete(f"/blocks/{block['id']}").status_code == 403
    assert program_of(cast.olga).post("/blocks", {"address": "x@y.example"}).status_code == 403
    assert program_of().get("/blocks").status_code == 401
    assert program.delete(f"/blocks/{block['id']}?restores=true").json() == {"restored": 1}
    assert program.delete(f"/blocks/{block['id']}").status_code == 404


def test_program_sees_whom_to_believe(cast, program_of, mailbox, arrive):
    Mailbox.objects.update(authserv_ids=["mx.example.com"], spam_header="X-Spam: Yes")
    mailbox.refresh_from_db()
    program = program_of(cast.stan)
    good = arrive(mail(PASS, number=1, X_Spam="Yes"), mailbox).message_id
    bad = arrive(mail(FAIL, number=2), mailbox).message_id
    shown = program.get(f"/messages/{good}").json()
    assert (shown["trust"], shown["trust_reasons"], shown["spam"]) == ("passed", ["dmarc"], "border")
    assert program.get(f"/messages/{bad}").json()["trust"] == "failed"
    assert program.get("/cases/1001").json()["status"] == "spam"
    assert program.post(f"/messages/{bad}/sender").status_code == 200
    assert program.get("/cases/1002").json()["customer"]["name"] == "Carla Bianchi"
    assert program.post(f"/messages/{good}/sender").status_code == 422
    assert program.delete(f"/messages/{bad}/sender").status_code == 200
    assert program.get("/cases/1002").json()["customer"]["name"] == "Carla Bianchi (not verified)"
    assert program_of(cast.olga).post(f"/messages/{bad}/sender").status_code == 403
