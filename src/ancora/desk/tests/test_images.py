"""Images of other servers: by consent, fetched by this server, once."""

import threading
import time

import pytest
from playwright.sync_api import expect

from ancora.conversations.commands import images as fetching
from ancora.conversations.commands.images import remote_image
from ancora.conversations.models import ImageConsent, Message, RemoteImage
from ancora.desk.tests.conftest import PNG, letter
from ancora.platform.events.models import StoredEvent
from ancora.platform.http.outside import permitting
from ancora.platform.http.tests.strange_server import dripping, plain, sent_on, strange_server

ONE = "/messages/{pk}/images/0/"


@pytest.fixture
def outside():
    """A stranger's web server, which this process may reach although it is on loopback."""
    with permitting("127.0.0.1"), strange_server(
        pixel=plain(PNG), moved=sent_on("/pixel"), text=plain(b"<svg onload=alert(1)>", kind="image/png"),
        huge=plain(b"\x89PNG\r\n\x1a\n" + b"x" * 5_000_001), slow=dripping(b"HTTP/1.1 200 OK\r\n\r\n\x89PNG", b"x"),
    ) as server:  # fmt: skip
        yield server


@pytest.fixture
def designed(mailbox, arrive):
    """A mail of Carla's with these images."""

    def sent(*addresses: str, sender="Carla <carla@example.org>", number=1) -> Message:
        mail = letter(sender=sender, message_id=f"<{number}@example.org>")
        html = "".join(f'<img src="{address}" alt="picture">' for address in addresses)
        mail.add_alternative(f"<p>Look</p>{html}", subtype="html")
        return Message.objects.get(pk=arrive(mail, mailbox).message_id)

    return sent


def test_nothing_is_fetched_before_a_person_agrees(cast, client_of, outside, designed):
    message, anna = designed(f"{outside.place}/pixel"), client_of(cast.anna)
    shown = anna.get(f"/messages/{message.pk}/body/").text
    assert f'data-remote-src="{outside.place}/pixel"' in shown
    assert anna.get(ONE.format(pk=message.pk)).status_code == 404
    assert outside.heard == []
    assert not RemoteImage.objects.exists()


def test_agreed_image_is_fetched_once_by_the_server(cast, client_of, outside, designed):
    message = designed(f"{outside.place}/pixel", f"{outside.place}/pixel")
    anna, stan = client_of(cast.anna), client_of(cast.stan)
    assert anna.post(f"/messages/{message.pk}/images/", {"for": "once"}, HTTP_HX_REQUEST="true").status_code == 204
    page = anna.get(f"/messages/{message.pk}/body/")
    assert page.text.count(f'src="/messages/{message.pk}/images/0/"') == 2
    assert outside.place not in page.text
    assert "img-src 'self' data:;" in page["Content-Security-Policy"]
    for client in (anna, stan, anna):
        answer = client.get(ONE.format(pk=message.pk))
        assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
    assert outside.paths() == ["/pixel"]
    assert "Ancora" in outside.heard[0]
    assert "ookie" not in outside.heard[0]
    assert "eferer" not in outside.heard[0]
    [event] = StoredEvent.objects.filter(type="images.allowed")
    assert event.attrs == {"for_sender": False}


@pytest.mark.parametrize("path", ["text", "huge", "nothing"])
def test_what_is_no_image_is_not_shown(cast, client_of, outside, designed, path):
    message, anna = designed(f"{outside.place}/{path}"), client_of(cast.anna)
    anna.post(f"/messages/{message.pk}/images/")
    for _ in range(2):
        answer = anna.get(ONE.format(pk=message.pk))
        assert (answer.status_code, answer.content) == (404, b"")
    assert len(outside.heard) == 1
    assert RemoteImage.objects.get().state == "failed"


def test_only_images_of_the_mail_can_be_asked_for(cast, client_of, outside, designed):
    message, anna = designed(f"{outside.place}/moved"), client_of(cast.anna)
    anna.post(f"/messages/{message.pk}/images/")
    assert anna.get(f"/messages/{message.pk}/images/1/").status_code == 404
    assert anna.get(f"/messages/{message.pk}/images/0/?address={outside.place}/pixel").content == PNG
    assert outside.paths() == ["/moved", "/pixel"]


def test_machines_inside_are_not_asked_for_a_sender(cast, client_of, designed):
    with strange_server(pixel=plain(PNG)) as inside:
        message, anna = designed(f"{inside.place}/pixel", "http://169.254.169.254/latest"), client_of(cast.anna)
        anna.post(f"/messages/{message.pk}/images/")
        for number in (0, 1):
            assert anna.get(f"/messages/{message.pk}/images/{number}/").status_code == 404
        assert inside.heard == []
    assert {image.reason for image in RemoteImage.objects.all()} == {"private"}


def test_consent_for_a_sender_counts_for_later_mail_until_it_is_taken_back(cast, client_of, outside, designed):
    first, anna = designed(f"{outside.place}/pixel"), client_of(cast.anna)
    answer = anna.post(f"/messages/{first.pk}/images/", {"for": "always"}, HTTP_HX_REQUEST="true")
    assert "Images of carla@example.org are shown from now on" in answer.text
    second = designed(f"{outside.place}/pixel", sender="CARLA@example.org", number=2)
    other = designed(f"{outside.place}/pixel", sender="x@example.org", number=3)
    stan = client_of(cast.stan)
    assert stan.get(ONE.format(pk=second.pk)).content == PNG
    assert stan.get(ONE.format(pk=other.pk)).status_code == 404
    assert "Ask before showing images of carla@example.org" in stan.get(f"/messages/{second.pk}/").text
    stan.post(f"/messages/{second.pk}/images/forget/", HTTP_HX_REQUEST="true")
    assert anna.get(ONE.format(pk=second.pk)).status_code == 404
    assert ImageConsent.objects.get().until is not None


def test_consent_for_a_sender_does_not_count_for_who_pretends_to_be_her(cast, client_of, outside, designed):
    message, anna = designed(f"{outside.place}/pixel"), client_of(cast.anna)
    anna.post(f"/messages/{message.pk}/images/", {"for": "always"})
    for fields in ({"trust": "failed"}, {"spam": "border"}):
        Message.objects.filter(pk=message.pk).update(**{"trust": "", "spam": "", **fields})
        assert anna.get(ONE.format(pk=message.pk)).status_code == 404
        answer = anna.post(f"/messages/{message.pk}/images/", {"for": "always"}, HTTP_HX_REQUEST="true")
        assert answer.status_code == 422
    anna.post(f"/messages/{message.pk}/images/", {"for": "once"})
    assert anna.get(ONE.format(pk=message.pk)).status_code == 200


def test_two_people_at_once_make_one_request(cast, outside, designed):
    message, found = designed(f"{outside.place}/pixel"), []
    before, outside.answers["/pixel"] = outside.answers["/pixel"], lambda link: (time.sleep(0.5), link.sendall(before))
    readers = [threading.Thread(target=lambda: found.append(seen_by_thread(message))) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(20)
    assert [image.state for image in found] == ["here"] * 4
    assert len(outside.heard) == 1


def seen_by_thread(message: Message) -> RemoteImage:
    from django.db import connections

    try:
        return remote_image(message, 0)
    finally:
        connections.close_all()


def test_slow_servers_hold_up_so_many_and_no_more(cast, outside, designed, monkeypatch):
    monkeypatch.setattr(fetching, "MOST_SECONDS", 1.0)
    at_once, most = [0], [0]

    def slow(link):
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        time.sleep(0.4)
        link.sendall(plain(PNG))
        at_once[0] -= 1

    for number in range(9):
        outside.answers[f"/{number}"] = slow
    message = designed(*(f"{outside.place}/{number}" for number in range(9)))
    readers = [threading.Thread(target=numbered, args=(message, number)) for number in range(9)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join(20)
    assert RemoteImage.objects.filter(state="here").count() == 9
    assert most[0] <= fetching.MOST_AT_ONCE


def numbered(message: Message, number: int) -> None:
    from django.db import connections

    try:
        remote_image(message, number)
    finally:
        connections.close_all()


def test_whoever_died_while_fetching_is_replaced(cast, outside, designed):
    message = designed(f"{outside.place}/pixel")
    remote_image(message, 0)
    image = RemoteImage.objects.get()
    RemoteImage.objects.update(state="fetching", file=None, begun_at=image.begun_at - fetching.ABANDONED * 2)
    assert remote_image(message, 0).state == "here"
    RemoteImage.objects.update(state="failed", file=None, begun_at=image.begun_at - fetching.TRY_AGAIN * 2)
    assert remote_image(message, 0).state == "here"
    assert len(outside.heard) == 3


def test_images_of_a_hidden_case_are_not_found(shop, cast, client_of):
    stan = client_of(cast.stan)
    pk = shop.hidden_message.pk
    assert stan.post(f"/messages/{pk}/images/").status_code == 404
    assert stan.post(f"/messages/{pk}/images/forget/").status_code == 404
    assert stan.post(f"/messages/{pk}/sender/").status_code == 404
    assert client_of(cast.marco).post(f"/messages/{pk}/images/").status_code == 302
    assert stan.get(ONE.format(pk=pk)).status_code == 404
    assert client_of().get(ONE.format(pk=pk)).status_code == 302


def test_reader_is_asked_and_the_browser_asks_nobody(cast, outside, designed, open_page):
    designed(f"{outside.place}/pixel")
    page = open_page(cast.anna)
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.goto("/cases/1001/")
    page.get_by_text("show as designed").click()
    picture = page.frame_locator(".designed iframe").locator("img")
    expect(page.locator(".images")).to_contain_text("without saying who")
    assert outside.heard == []
    page.get_by_role("button", name="Always show images of this sender").click()
    expect(picture).to_have_attribute("src", "/messages/1/images/0/")
    expect(picture).to_have_js_property("naturalWidth", 1)
    expect(page.locator(".images")).to_have_count(0)
    toast = page.locator("#toasts .toast", has_text="are shown from now on")
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_have_count(0)
    page.reload()
    page.get_by_text("show as designed").click()
    expect(page.locator(".images")).to_be_visible()
    assert outside.paths() == ["/pixel"]
    assert not [url for url in asked if url.startswith(outside.place)]
