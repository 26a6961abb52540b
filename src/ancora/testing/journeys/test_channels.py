"""A program is connected, a customer writes by it, and the answer goes back there: two colleagues see it happen."""

import json

import httpx
from playwright.sync_api import expect

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.channels.webhook.tests import peer
from ancora.conversations.models import ChannelAccount
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS, open_case, send, write


def test_a_customer_of_a_program_is_answered_there(site, cast, mailbox, open_page, look):
    with peer.program() as program:
        anna = open_page(cast.anna, viewport=DESKTOP)
        anna.goto("/settings/channels/")
        found = check(anna, "no channels", look)
        anna.get_by_role("link", name="New: Webhook").click()
        anna.get_by_label("Name", exact=True).fill("Shop app")
        anna.get_by_label("belongs to the mailbox").select_option(label="Support <support@example.com>")
        anna.get_by_label("Answers are posted to").fill(program.address)
        anna.get_by_role("button", name="Save").click()
        expect(anna.locator("#address")).to_contain_text("/hooks/channel/")
        anna.get_by_text("Show the key").click()
        key, address = anna.locator("#key").inner_text(), site + anna.locator("#address").inner_text()
        program.keys = [key]
        anna.get_by_role("button", name="Test it").click()
        expect(anna.locator("#trial")).to_contain_text("The other side believes our signature")
        anna.get_by_text("Try it from a shell").click()
        found += check(anna, "channel", look)
        program.got.clear()

        def say(told: dict) -> None:
            body = json.dumps(told).encode()
            headers = {**peer.headers_of(key, body), "Content-Type": "application/json"}
            assert httpx.post(address, content=body, headers=headers).status_code == 200

        marco, lena = (open_page(person, viewport=DESKTOP, locale="en") for person in (cast.stan, cast.lena))
        say(peer.message(text="Where is my lamp?"))
        until(Case.objects.exists)
        open_case(marco, "Where is my lamp?")
        expect(marco.locator(".message .way")).to_have_text("Shop app")
        lena.goto(marco.url)
        write(marco, "It left today.")
        expect(marco.locator("#composer .from")).to_contain_text(["by Shop app"])
        found += check(marco, "answer", look)
        send(marco)
        until(lambda: program.taken == ["It left today."])
        ours = lena.locator(".message.ours")
        expect(ours).to_contain_text("It left today.", timeout=LIVE_MS)
        say(peer.receipt(next(iter(program.got)), "read"))
        say(peer.message(text="Thank you!"))
        for page in (marco, lena):
            expect(page.locator(".message.ours .sending")).to_have_text("read", timeout=LIVE_MS)
            expect(page.locator(".message .body")).to_contain_text(["Where", "It left", "Thank you!"], timeout=LIVE_MS)
        anna.goto("/settings/channels/")
        found += check(anna, "list of channels", look)
    assert ChannelAccount.objects.get().refused_at is None
    assert not found, "\n\n".join(found)
