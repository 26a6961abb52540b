"""A link made in the chat brings the conversation to another device: once, soon, and without proving anything."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from ancora.cases.models import Case
from ancora.conversations.chats.tests.rooms import Browser, open_account, signed
from ancora.conversations.models import ChatVisitor, DeviceLink, Message
from ancora.customers.models import Handle, Verification
from ancora.platform import clock


@pytest.fixture
def carla(account):
    browser = Browser(account)
    browser.begin("It leaks again", name="Carla", email="carla@example.org", language="it")
    return browser


def link_of(browser) -> str:
    return urlsplit(browser.post("device/").json()["url"])


def test_both_devices_go_on_in_one_conversation_and_nothing_is_proved_by_it(account, carla):
    asked = Browser(account, accept_language="it")
    asked.token = carla.token
    found = link_of(asked)
    assert (found.netloc, found.path, found.query) == ("testserver", f"/chat/{account.token}/", "lang=it&device=1")
    assert found.fragment not in str(DeviceLink.objects.values_list())
    phone = Browser(account)
    assert 'data-asks="join/"' in phone.get(f"?{found.query}").content.decode()
    # The answer was lost: it is asked again.
    said = [phone.post("join/", ticket=found.fragment).json() for _time in range(2)]
    assert [one["state"]["newest"] for one in said] == [1, 1]
    assert phone.write("GX-200").json()["number"] == 2
    assert carla.write("The red one").json()["number"] == 3
    assert len(phone.lines()) == len(carla.lines()) == 3
    assert (Case.objects.count(), Message.objects.count()) == (1, 3)
    first, second = ChatVisitor.objects.order_by("id")
    assert (second.handle, second.email, second.language) == (first.handle, first.email, "it")
    handle = Handle.objects.get()
    assert (handle.kind, handle.verification) == ("browser", Verification.NONE)


def test_who_is_vouched_for_stays_that_person(account):
    person = signed(sub="7", name="Carla", exp=clock.now().timestamp() + 600)
    carla = Browser(account)
    carla.begin(identity=person)
    assert Browser(account).post("join/", ticket=link_of(carla).fragment).status_code == 200
    assert {one.handle.value for one in ChatVisitor.objects.all()} == {f"{account.pk}:7"}


def test_stranger_gets_neither_a_link_nor_in_by_one_that_was_used_replaced_or_is_old(account, mailbox, carla):
    stranger, other = Browser(account), open_account(mailbox, name="Other")
    assert stranger.post("device/").status_code == 401
    assert Browser(other, carla.token).post("device/").status_code == 401
    assert Browser(account, "").post("device/").status_code == 401

    def refused(ticket, account=account):
        answer = Browser(account).post("join/", ticket=ticket)
        return answer.status_code == 400 and answer.json()["words"].startswith("This link is not good any more")

    assert all(refused(wrong) for wrong in ("", "é" * 3000, "x\0"))
    replaced, used = link_of(carla).fragment, link_of(carla).fragment
    assert refused(replaced)
    assert refused(used, other)
    assert Browser(account, "short").post("join/", ticket=used).status_code == 400
    assert Browser(account).post("join/", ticket=used).status_code == 200
    assert refused(used)
    old = link_of(carla).fragment
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert refused(old)
    ChatVisitor.objects.filter(conversation__isnull=False).update(blocked_at=clock.now())
    assert refused(old)
    assert carla.post("device/").status_code == 403
    assert ChatVisitor.objects.count() == 2


def test_links_are_not_made_in_heaps(account, carla):
    with clock.at(clock.now()):
        assert [carla.post("device/").status_code for _time in range(7)] == [200] * 6 + [429]
    assert DeviceLink.objects.count() == 1
