"""Mails of attackers, opened in a real browser: nothing runs, and nobody outside hears of it."""

import re
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
from playwright.sync_api import expect

from ancora.conversations.channels.email.parsing import sanitise
from ancora.conversations.channels.email.parsing.html import TAGS
from ancora.conversations.models import Message
from ancora.desk.links import with_true_hosts
from ancora.desk.tests.hostile import hostile_page, tricks
from ancora.platform.http.tests.strange_server import plain, strange_server
from ancora.testing.site import session_cookie

ATTRIBUTES = {
    "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "data-remote-src",
    "dir", "face", "height", "href", "lang", "nowrap", "rel", "rowspan", "size", "src", "start", "style", "target",
    "title", "type", "valign", "width",
}  # fmt: skip


class Tags(HTMLParser):
    """Everything in a page that is no text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


# Every frame tells what is in it, and whether anything ran.
LOOK = "() => [document.title, document.body.innerText, !!window.pwned]"


def hostile_mail(number: int, trick: str, evil: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "x@evil.net", "support@example.com", "Look"
    mail["Message-ID"] = f"<{number}@evil.net>"
    if number:
        mail["In-Reply-To"] = "<0@evil.net>"
    mail["Date"] = "Sat, 21 Nov 2026 10:00:00 +0100"
    mail.set_content(hostile_page(trick, evil), subtype="html")
    return mail


@pytest.mark.parametrize("trick", tricks())
def test_no_trick_is_left_in_what_was_made_safe(trick):
    safe = with_true_hosts(sanitise(hostile_page(trick, "http://evil.net")))
    assert "Before" in safe
    for tag, attributes in Tags(safe).found:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert attributes.get("class", "host") == "host"
        assert attributes.get("src", "cid:").startswith(("cid:", "data:image/png", "data:image/gif"))
        assert attributes.get("href", "http:").startswith(("http:", "https:", "mailto:"))
        assert tag != "a" or (attributes["target"], attributes["rel"]) == ("_blank", "noopener noreferrer nofollow")
        style = attributes.get("style", "").lower()
        assert not re.search(r"url|expression|position|@|\\|image|behavior|binding", style), style


@pytest.mark.parametrize("is_raw", [False, True], ids=["made safe", "by the frame alone"])
def test_nothing_runs_and_no_request_leaves(cast, mailbox, arrive, site, browser, is_raw):
    """With `is_raw` nothing was made safe: the frame's own policy and sandbox must hold alone."""
    with strange_server(heard=plain(b"")) as evil:
        for number, trick in enumerate(tricks()):
            result = arrive(hostile_mail(number, trick, evil.place), mailbox)
            if is_raw:
                Message.objects.filter(pk=result.message_id).update(
                    html=hostile_page(trick, evil.place).replace("\0", "")
                )
        # Not by `open_page`: here the browser is meant to complain of what the policy forbids.
        context = browser.new_context(base_url=site)
        context.add_cookies([session_cookie(cast.anna, site)])
        page, asked = context.new_page(), []
        page.context.on("request", lambda request: asked.append(request.url))
        page.on("dialog", lambda dialog: asked.append(f"dialog {dialog.message}"))
        page.goto("/cases/1001/")
        folded = page.locator(".designed > summary")
        assert folded.count() == len(tricks())
        for at in range(folded.count()):
            # By script: frames above grow while they load.
            folded.nth(at).evaluate("summary => summary.click()")
            expect(page.locator(".designed").nth(at).locator("iframe")).to_be_attached()
        page.wait_for_load_state("networkidle")
        here = page.url.partition("/cases")[0]
        assert evil.heard == []
        assert page.evaluate("window.pwned") is None
        if not is_raw:
            # Nothing was even tried.
            assert [url for url in asked if not url.startswith((here, "data:", "about:", "blob:"))] == []
            shown = [frame.evaluate(LOOK) for frame in page.frames[1:]]
            assert {(title, "Before" in words, ran) for title, words, ran in shown} == {("Look", True, False)}
        assert page.url.endswith("/cases/1001/")
        page.goto("/cases/1001/")
        assert page.locator("#subject").inner_text() == "Look"
        context.close()
