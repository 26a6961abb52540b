"""A link on the visitor's own wish proves an address, and floods nobody."""

import re
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
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import read
from ancora.testing.ledger import offenders


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
    for _time in range(3):
        assert carla.post("link/", email="carla@example.org").status_code == 200
    for _time in range(2):
        assert dario.post("link/", email="carla@example.org").status_code == 200
    assert "Enough links" in dario.post("link/", email="CARLA@example.org").json()["words"]
    for number in range(2):
        assert carla.post("link/", email=f"c{number}@example.org").status_code == 200
    assert "Enough links" in carla.post("link/", email="c3@example.org").json()["words"]
    assert Outgoing.objects.count() == 7


def test_no_link_without_an_address_of_ours_or_to_one_that_gave_mail_back(account, public):
    from ancora.customers.commands import observe_handle
    from ancora.platform import clock

    observe_handle("email", "gone@example.org", name="Gone")
    Handle.objects.filter(value="gone@example.org").update(bounced_at=clock.now(), bounce="hard")
    carla = Browser(account)
    carla.begin()
    assert "comes back" in carla.post("link/", email="gone@example.org").json()["words"]
    Organisation.objects.update(public_address="")
    forget_organisation()
    assert carla.post("link/", email="carla@example.org").json()["words"] == "We cannot send a link just now."
    assert not Outgoing.objects.exists()
