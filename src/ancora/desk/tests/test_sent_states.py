"""How far a message of ours came, as the timeline shows it, and what a person can do about it."""

import pytest

from ancora.conversations.models import Message, Outgoing
from ancora.customers.models import Handle
from ancora.desk.tests.test_composer import BOSS, PART, anna, page_of, sent, typed
from ancora.platform import clock

__all__ = ["anna"]


def unknown(shop, anna) -> Message:
    anna.post(page_of(shop, "reply/"), typed(shop))
    message = sent()
    Outgoing.objects.update(state="unknown")
    message.outgoing.recipients.update(state="unknown")
    return message


@pytest.mark.parametrize(("verb", "state"), [("arrived", "delivered"), ("forget", "failed"), ("retry", "queued")])
def test_unknown_is_shown_with_what_to_do_and_settled_by_hand(shop, cast, anna, client_of, verb, state):
    message = unknown(shop, anna)
    page = anna.get(page_of(shop)).content.decode()
    for words in ("may or may not have arrived", "Send it again all the same", "It arrived", "It did not, let it be"):
        assert words in page
    observer = client_of(cast.olga)
    assert "It arrived" not in observer.get(page_of(shop)).content.decode()
    assert observer.post(f"/messages/{message.pk}/{verb}/").status_code == 403
    assert client_of().post(f"/messages/{message.pk}/{verb}/").status_code == 302
    assert anna.post(f"/messages/{message.pk}/{verb}/", **PART).status_code == 204
    assert Outgoing.objects.get().state == state
    late = anna.post(f"/messages/{message.pk}/{verb}/")
    assert late.status_code == 302
    assert late["Location"] == page_of(shop)


def test_unknown_of_another_teams_mailbox_is_not_found(shop, cast, client_of):
    for verb in ("arrived", "forget", "retry"):
        assert client_of(cast.stan).post(f"/messages/{shop.hidden_message.pk}/{verb}/").status_code == 404


def test_mail_that_reached_only_some_says_so(shop, anna):
    anna.post(page_of(shop, "reply/"), typed(shop, cc=BOSS))
    Outgoing.objects.update(state="accepted", error="550 unknown")
    recipients = sent().outgoing.recipients
    recipients.update(state="accepted")
    recipients.filter(address=BOSS).update(state="failed", answer="550 5.1.1 unknown")
    page = anna.get(page_of(shop)).content.decode()
    assert "sent, but not to everybody" in page
    assert f"<b>{BOSS}</b> not sent: 550 5.1.1 unknown" in page


@pytest.mark.parametrize(
    ("waits_for", "words"),
    [
        ("turn", "Waits for its turn"),
        ("earlier", "an earlier message to the same address"),
        ("mailbox", "The mailbox is switched off"),
        ("server", "The mail server of this mailbox is in trouble"),
        ("recipient", "it will be tried again by itself: 450 later"),
    ],
)
def test_message_that_waits_says_for_what(shop, anna, waits_for, words):
    anna.post(page_of(shop, "reply/"), typed(shop))
    Outgoing.objects.update(waits_for=waits_for, error="450 later")
    page = anna.get(page_of(shop)).content.decode()
    assert words in page
    assert ("Try now" in page) == (waits_for in ("server", "recipient"))


def test_address_from_which_mail_came_back_is_marked_before_the_next_one_is_written(shop, anna):
    handle = shop.case.customer.handles.get(kind="email")
    Handle.objects.filter(pk=handle.pk).update(bounced_at=clock.now(), bounce="hard", bounce_reason="550 no such user")
    page = anna.get(page_of(shop)).content.decode()
    assert "mail comes back" in page
    assert f"Mail to {handle.display} came back on" in page
    assert "550 no such user" in page
    assert "mail comes back" in anna.get(f"/customers/{handle.customer_id}/").content.decode()
    Handle.objects.filter(pk=handle.pk).update(bounced_at=None)
    assert "came back" not in anna.get(page_of(shop)).content.decode()
