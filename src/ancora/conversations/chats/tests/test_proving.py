"""A link on the visitor's own wish proves an address, and floods nobody."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case
from ancora.conversations.chats.tests.rooms import Browser, rows_of
from ancora.conversations.models import Message, Outgoing
from ancora.customers.models import Handle, Verification
from ancora.platform import clock
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import read
from ancora.testing.ledger import offenders

NOON = datetime(2027, 1, 4, 12, tzinfo=UTC)


@pytest.fixture
def public(cast):
    Organisation.objects.update(public_address="https://help.example.com")
    forget_organisation()
    yield
    forget_organisation()


def test_link_on_ones_own_wish_proves_the_address(public, cast, client_of, account):
    carla = Browser(account)
    assert carla.post("link/", email="carla@example.org").status_code == 401
    carla.begin("Buy at https://spam.example now", name="Spam Example", language="it")
    assert carla.post("link/").json()["words"] == "Write your e-mail address."
    with CaptureQueriesContext(connection) as queries:
        assert carla.post("link/", email="Carla@Example.org").json() == {"email": "carla@example.org"}
    assert len(queries) <= 32
    raw = read(Outgoing.objects.get().file)
    mail = message_from_bytes(raw, policy=default)
    html = mail.get_body(("html",)).get_content()
    # Nothing that the visitor wrote goes to what may be a stranger.
    assert mail["To"] == "carla@example.org"
    assert not re.search("spam", str(mail["Subject"]) + html, re.IGNORECASE)
    link = urlsplit(html.partition('href="')[2].partition('"')[0].replace("&amp;", "&"))
    assert (link.netloc, link.path) == ("help.example.com", f"/chat/{account.token}/")
    # The desk sees that it went, and not the link.
    drain()
    page = client_of(cast.marco).get(f"/cases/{Case.objects.get().reference}/").content.decode()
    assert "#m-" not in link.fragment
    assert link.fragment not in page
    assert "carla@example.org" in page
    assert not Message.objects.filter(text__contains=link.fragment).exists()

    phone = Browser(account)
    assert phone.post("return/", ticket=link.fragment).json()["email"] == "carla@example.org"
    assert Handle.objects.get(kind="email").verification == Verification.STRONG
    assert "masked" not in phone.write("4111 1111 1111 1111").json()
    drain()
    assert offenders(rows_of) == []


def test_nobody_is_flooded_with_links(public, account):
    carla, dario = Browser(account), Browser(account)
    for browser in (carla, dario):
        browser.begin()
    minutes = iter(range(60))

    def ask(browser, email: str, *, times: int = 1):
        for _time in range(times):
            with clock.at(NOON + timedelta(minutes=next(minutes))):
                # Pressed twice is once.
                said = [browser.post("link/", email=email) for _press in range(2)]
        return said[0].json()

    assert ask(carla, "carla@example.org", times=3) == {"email": "carla@example.org"}
    assert ask(dario, "carla@example.org", times=2) == {"email": "carla@example.org"}
    assert "Enough links" in ask(dario, "CARLA@example.org")["words"]
    for number in range(2):
        assert ask(carla, f"c{number}@example.org") == {"email": f"c{number}@example.org"}
    assert "Enough links" in ask(carla, "c3@example.org")["words"]
    assert Outgoing.objects.count() == 7


def test_no_link_without_an_address_of_ours_or_to_one_that_gave_mail_back(account, public):
    from ancora.customers.commands import observe_handle

    observe_handle("email", "gone@example.org", name="Gone")
    Handle.objects.filter(value="gone@example.org").update(bounced_at=clock.now(), bounce="hard")
    carla = Browser(account)
    carla.begin()
    assert "comes back" in carla.post("link/", email="gone@example.org").json()["words"]
    Organisation.objects.update(public_address="")
    forget_organisation()
    assert carla.post("link/", email="carla@example.org").json()["words"] == "We cannot send a link just now."
    assert not Outgoing.objects.exists()
