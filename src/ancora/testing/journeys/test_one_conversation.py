"""A customer begins on a website, leaves, gets the answer by e-mail, replies from the train, comes back to the chat at
another device, and goes on at two: one conversation, one case, nothing repeated."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.chats.commands.mailing import mail_unread_lines
from ancora.conversations.chats.tests.rooms import open_account
from ancora.conversations.models import ChatLine, ChatVisitor, Contact, Conversation, Message
from ancora.customers.models import Handle, Verification
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.selfservice.tests.website import website
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.mail_program import text_of
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS, PHONE

SAID = (
    "It leaks again",
    "Which model?",
    "The red one",
    "The seal is on its way",
    "Thank you, from the train",
    "It came",
    "And it is tight",
    "Good to hear",
)
# How each of them went, as the desk says it; what nobody read in the chat went by mail as well.
WAYS = ("chat", "chat", "chat", "chat", "also by e-mail", "E-mail", "chat", "chat", "chat")


@pytest.fixture
def shop(watched, site):
    """A website with our chat on it; who is away for a second is away."""
    Organisation.objects.update(public_address=site)
    forget_organisation()
    with website() as shop:
        account = open_account(watched, unread_seconds=1, sites=[shop.address])
        shop.chat = f"{site}/chat/{account.token}/"
        yield shop
    forget_organisation()


def test_it_is_one_conversation_wherever_it_goes_on(cast, open_page, site, shop, carla, look):
    agent = open_page(cast.stan, viewport=DESKTOP, locale="en")
    before = _begin(agent, open_page(viewport=DESKTOP), site, shop, carla)
    link_in_mail = _go_on_by_mail(agent, shop, carla)
    phone = open_page(viewport=PHONE)
    phone.goto(link_in_mail)
    phone.get_by_role("button", name="Yes, go on").click()
    _expect(phone, 5)
    expect(_lines(phone).nth(3)).to_contain_text("also by e-mail")
    expect(_lines(phone).nth(4)).to_contain_text("by e-mail")
    _write(phone, SAID[5])
    expect(agent.locator(".message .body")).to_have_count(6, timeout=LIVE_MS)

    link = _link(phone, look)
    laptop = open_page(viewport=DESKTOP)
    _join(laptop, phone, link, look)
    _write(laptop, SAID[6])
    _answer(agent, SAID[7], lines=7)
    for device in (laptop, phone):
        _expect(device, 8)
    laptop.reload()
    _expect(laptop, 8)

    stranger = open_page(viewport=PHONE)
    stranger.goto(link)
    stranger.get_by_role("button", name="Yes, go on").click()
    expect(stranger.get_by_text("not good any more")).to_be_visible()
    expect(_lines(stranger)).to_have_count(0)

    expect(agent.locator(".message .body")).to_have_text(list(SAID), timeout=LIVE_MS)
    agent.reload()
    ways = agent.locator(".message .way")
    expect(ways).to_have_text([re.compile(f"^{way}$", re.IGNORECASE) for way in WAYS])
    expect(ways.locator("svg")).to_have_count(len(WAYS))
    look(agent, "timeline")

    # Case, owner, customer and language are what they were; that the address is hers is proved since, by the link.
    assert _kept() == before
    assert (Case.objects.get().owner, before["customer"], before["language"]) == (cast.stan, "Carla", "en")
    assert (Message.objects.count(), Contact.objects.count()) == (8, 1)
    assert list(ChatLine.objects.order_by("number").values_list("number", flat=True)) == [*range(1, 9)]
    proved = dict(Handle.objects.values_list("kind", "verification"))
    assert proved == {"browser": Verification.NONE, "email": Verification.STRONG}


def _begin(agent, customer, site, shop, carla) -> dict:
    """They write to each other, at the website and at the desk; then the customer leaves. What there is by then."""
    asked = []
    customer.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
    customer.goto(shop.address)
    customer.get_by_role("button", name="Chat").click()
    chat = customer.frame_locator("iframe")
    _write(chat, SAID[0])
    chat.get_by_label("Where may we answer").fill(carla.address)
    chat.locator("#address").get_by_label("Your name").fill("Carla")
    chat.get_by_role("button", name="Keep").click()
    expect(chat.locator("#told")).to_contain_text(carla.address)

    agent.goto(f"/cases/{Case.objects.get().reference}/")
    expect(agent.get_by_role("button", name="Macros")).to_be_visible()
    _answer(agent, SAID[1])
    expect(_lines(chat)).to_have_count(2, timeout=LIVE_MS)
    expect(chat.locator("#lines .mine")).to_contain_text("Read", timeout=LIVE_MS)
    _write(chat, SAID[2])
    expect(agent.locator(".message .body")).to_have_text(list(SAID[:3]), timeout=LIVE_MS)
    expect(agent.locator(".message.ours .sending")).to_have_text("read", timeout=LIVE_MS)
    before = _kept()
    assert {*asked} == {urlsplit(shop.address).netloc, urlsplit(site).netloc}
    assert not customer.context.cookies()
    customer.close()
    return before


def _go_on_by_mail(agent, shop, carla) -> str:
    """Nobody is there to read it: it goes by mail, and what was read does not. The mail is answered; its link."""
    _answer(agent, SAID[3])
    # The worker's own minute may come before us.
    until(lambda: mail_unread_lines() or carla.inbox())
    [mail] = carla.received(1)
    assert SAID[3] in text_of(mail)
    assert SAID[1] not in text_of(mail)
    carla.answer(mail, SAID[4])
    expect(agent.locator(".message .body")).to_have_text(list(SAID[:5]), timeout=LIVE_MS)
    return re.search(rf'href="({re.escape(shop.chat)}[^"]+)"', _html(mail))[1].replace("&amp;", "&")


def _link(phone, look) -> str:
    """To another device, made in the chat."""
    phone.get_by_role("button", name="More").click()
    phone.get_by_role("button", name="Go on at another device").click()
    expect(phone.get_by_alt_text("QR code")).to_have_js_property("complete", True)
    assert check(phone, "link", look) == []
    return phone.get_by_label("Link for the other device").input_value()


def _join(laptop, phone, link: str, look) -> None:
    laptop.goto(link)
    expect(laptop.get_by_text("begun at another device")).to_be_visible()
    assert ChatVisitor.objects.count() == 2
    look(laptop, "question")
    laptop.get_by_role("button", name="Yes, go on").click()
    expect(phone.locator("#told")).to_contain_text("Another device has joined", timeout=LIVE_MS)
    expect(phone.get_by_alt_text("QR code")).to_have_count(0)
    _expect(laptop, 6)
    expect(laptop.locator("#text")).to_be_focused()


def _kept() -> dict:
    """What a hop may not change; there is exactly one of each."""
    case, conversation = Case.objects.get(), Conversation.objects.get()
    assert conversation.customer == case.customer
    languages = {*ChatVisitor.objects.values_list("language", flat=True)}
    return {
        "case": case.pk,
        "conversation": conversation.pk,
        "owner": case.owner_id,
        "team": case.team_id,
        "customer": case.customer.name,
        "identity": case.customer_id,
        "language": case.language,
        "languages": languages,
    }


def _write(chat, text: str) -> None:
    chat.locator("#text").fill(text)
    chat.locator("#text").press("Enter")
    expect(chat.locator("#lines")).to_contain_text(text)


def _answer(agent, text: str, *, lines: int = 0) -> None:
    """At the desk, by keyboard."""
    if lines:
        expect(agent.locator(".message .body")).to_have_count(lines, timeout=LIVE_MS)
    field = agent.locator("#composer textarea[name=text]")
    field.fill(text)
    field.press("Enter")
    expect(field).to_have_value("")


def _lines(chat):
    return chat.locator("#lines > li")


def _expect(chat, count: int) -> None:
    """The first so many lines, each once and in order."""
    expect(chat.locator("#lines .text")).to_have_text(list(SAID[:count]), timeout=LIVE_MS)


def _html(mail) -> str:
    return mail.get_body(("html",)).get_content()
