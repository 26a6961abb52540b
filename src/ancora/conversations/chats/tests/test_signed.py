"""What a website says of its visitor is believed when it is signed with the key of the account, and for a day."""

import base64
import hmac
import math
from uuid import uuid4

import pytest

from ancora.cases.commands.customer import change_customer_of_case
from ancora.cases.models import Case
from ancora.conversations.chats.commands.returning import ticket_of
from ancora.conversations.chats.signed import NotSigned, person_of
from ancora.conversations.chats.tests.rooms import SECRET, Browser, open_account, signed
from ancora.conversations.models import ChatVisitor, Conversation
from ancora.customers.commands import observe_handle
from ancora.customers.models import Customer, Handle, HandleKind, Verification
from ancora.platform import clock

# RFC 7515, appendix A.1: the key, and a token of 2011 signed with it.
RFC_KEY = base64.urlsafe_b64decode(
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow=="
)
RFC_TOKEN = (
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
    ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
)


def _soon(seconds: float = 600) -> float:
    return clock.now().timestamp() + seconds


def test_the_example_of_the_standard_is_signed_as_we_sign():
    content, _dot, signature = RFC_TOKEN.rpartition(".")
    ours = base64.urlsafe_b64encode(hmac.digest(RFC_KEY, content.encode(), "sha256")).rstrip(b"=").decode()
    assert ours == signature


def test_person_is_who_the_website_says():
    token = signed(sub=4711, name=" Carla ", email="carla@example.org", email_verified=True, exp=_soon())
    person = person_of(token, SECRET)
    assert (person.user_id, person.name, person.email, person.is_email_verified) == (
        "4711",
        "Carla",
        "carla@example.org",
        True,
    )
    assert not person_of(signed(sub="a", email_verified="true", exp=_soon()), SECRET).is_email_verified


def test_what_proves_nothing_is_refused():
    for token in (
        "",
        "a.b",
        "é.b.c",
        "x" * 5000,
        signed(sub="a", exp=_soon(), key="another key"),
        signed(sub="a", exp=_soon(), alg="none"),
        signed(sub="a", exp=_soon(), alg="HS512"),
        signed(sub="a", exp=_soon()).rpartition(".")[0] + ".",
        signed(sub="a", exp=_soon(-61)),
        signed(sub="a", exp=_soon(90_000)),
        signed(sub="a", exp=math.nan),
        signed(sub="a", exp=True),
        signed(sub="", exp=_soon()),
        signed(sub=["a"], exp=_soon()),
        signed(exp=_soon()),
        signed(sub="a"),
    ):
        with pytest.raises(NotSigned):
            person_of(token, SECRET)


def test_account_without_a_key_believes_nobody():
    with pytest.raises(NotSigned):
        person_of(signed(sub="a", exp=_soon(), key=""), "")


def test_person_of_the_website_is_one_customer_and_goes_on_at_another_browser(account, mailbox):
    token = signed(sub="7", name="Carla", email="carla@example.org", email_verified=True, exp=_soon())
    desk, phone = Browser(account), Browser(account)
    first = desk.begin(identity=token).json()
    assert phone.begin("From the phone", identity=token).json()["reference"] == first["reference"]
    assert [line["number"] for line in desk.lines()] == [1, 2]
    customer = Customer.objects.get()
    kinds = dict(Handle.objects.values_list("kind", "verification"))
    assert (customer.name, kinds) == ("Carla", {"user": Verification.STRONG, "email": Verification.STRONG})
    # The same id at another website is somebody else.
    assert Browser(open_account(mailbox)).begin(identity=signed(sub="7", exp=_soon())).status_code == 200
    assert (Customer.objects.count(), Conversation.objects.count()) == (2, 2)
    answer = Browser(account).begin(identity=token + "x")
    assert (answer.status_code, answer.json()["error"]) == (403, "identity")


def test_visitor_that_signs_in_at_the_website_is_known_from_then_on(account):
    known = observe_handle(HandleKind.EMAIL, "carla@example.org", name="Carla Bianchi")
    carla = Browser(account)
    carla.begin()
    before = Customer.objects.exclude(pk=known.customer_id).get()
    carla.begin("I signed in", identity=signed(sub="8", email="other@example.org", exp=_soon()))
    assert ChatVisitor.objects.get().handle.customer == before
    # Who has a verified address joins whoever has it; who only typed one does not.
    assert Browser(account).begin(email="carla@example.org").status_code == 200
    vouched = signed(sub="9", email="Carla@example.org", email_verified=True, exp=_soon())
    assert Browser(account).begin(identity=vouched).status_code == 200
    assert Handle.objects.get(value=f"{account.pk}:9").customer == known.customer
    assert Handle.objects.filter(kind=HandleKind.EMAIL).count() == 1
    assert Customer.objects.count() == 3


def test_case_of_an_unknown_browser_becomes_that_of_who_signs_in(account, cast):
    known = observe_handle(HandleKind.EMAIL, "carla@example.org", name="Carla Bianchi")
    carla, nora, decided = Browser(account), Browser(account), Browser(account)
    cases = []
    for browser in (carla, nora, decided):
        browser.begin()
        cases.append(Case.objects.latest("id"))
    other = observe_handle(HandleKind.EMAIL, "other@example.org", name="Other").customer
    change_customer_of_case(cases[2], customer=other, author=cast.marco)
    vouched = {"email": "carla@example.org", "email_verified": True, "exp": _soon()}
    for browser, said in ((carla, {"sub": "1", **vouched}), (decided, {"sub": "1", **vouched})):
        for _time in range(2):
            assert browser.post("identify/", identity=signed(**said)).json()["state"]
    assert nora.post("identify/", identity=signed(sub="2", name="Nora Keller", exp=_soon())).status_code == 200
    names = [Case.objects.get(pk=case.pk).customer.name for case in cases]
    assert names == ["Carla Bianchi", "Nora Keller", "Other"]
    assert cases[0].pk == Case.objects.filter(customer=known.customer).get().pk
    assert carla.write("Still me").json()["reference"] == cases[0].reference


def test_two_people_at_one_computer_read_nothing_of_each_other(account):
    first = Browser(account)
    first.begin("My salary", identity=signed(sub="1", exp=_soon()))
    answer = first.begin("Mine", identity=signed(sub="2", exp=_soon()))
    assert (answer.status_code, answer.json()["error"]) == (401, "unknown")
    assert first.begin("More", identity=signed(sub="1", exp=_soon())).json()["number"] == 2


def test_second_person_gets_nothing_of_the_first_who_proved_an_address(account):
    """By a link in a mail, or while the website vouched for the first one."""
    first = Browser(account)
    first.begin("My salary")
    ticket = ticket_of(ChatVisitor.objects.get(), "carla@example.org")
    came = Browser(account)
    assert came.post("return/", ticket=ticket).status_code == 200
    second = {"sub": "2", "email": "dario@example.org", "email_verified": True, "exp": _soon()}
    for browser in (first, came):
        for what in ("begin", "identify"):
            answer = browser.post(f"{what}/", identity=signed(**second), text="Mine", client_key=str(uuid4()))
            assert (answer.status_code, answer.json()["error"]) == (401, "unknown")
    assert not Handle.objects.filter(kind=HandleKind.USER).exists()
    # Who proves the same address is the same person.
    carla = {**second, "sub": "1", "email": "Carla@example.org"}
    assert first.begin("Still me", identity=signed(**carla)).status_code == 200
    assert Handle.objects.get(kind=HandleKind.USER).customer == Handle.objects.get(kind=HandleKind.EMAIL).customer
    assert came.begin("Mine", identity=signed(**second)).status_code == 401
