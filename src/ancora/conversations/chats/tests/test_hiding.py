"""What an unknown visitor writes of a card, an account or a tax number is nowhere; a known one's is."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from ancora.cases.models import Case
from ancora.conversations.chats.commands.returning import ticket_of
from ancora.conversations.chats.tests.rooms import Browser, rows_of, signed
from ancora.conversations.models import ChatVisitor, Message
from ancora.platform import clock
from ancora.platform.events.dispatcher import drain
from ancora.platform.text.masking import covered

CARD, TAX = "4111 1111 1111 1111", "RSSMRA85T10A562S"


@pytest.fixture
def carla(account):
    return Browser(account)


def everywhere(written: str) -> list[str]:
    """The tables in which it stands, as text, JSON or bytes."""
    tables = [name for [name] in rows_of("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    found = []
    with connection.cursor() as cursor:
        for name in tables:
            cursor.execute(f'SELECT count(*) FROM "{name}" t WHERE t::text ILIKE %s', [f"%{written}%"])  # noqa: S608
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def test_what_an_unknown_visitor_should_not_write_is_nowhere(account, cast, client_of, program_of, carla):
    key = "7e57ab1e-0000-4000-8000-000000000001"
    said = [carla.begin(f"Charge {CARD}", client_key=key, name=f"Carla {CARD}").json() for _time in range(2)]
    assert [one["masked"] for one in said] == [["card"], ["card"]]
    assert "masked" not in carla.write("Thank you, order 8831 of 12.05.2026").json()
    posted = carla.write(f"{TAX}, and again {CARD}, IBAN DE89370400440532013000").json()
    assert sorted(posted["masked"]) == ["card", "iban", "tax"]
    named = SimpleUploadedFile(f"card {CARD}.png", b"x")
    assert carla.send_files(named, text="").json()["masked"] == ["card"]
    drain()
    texts = [line["text"] for line in carla.lines()]
    assert texts[0] == "Charge •••• 1111"
    assert texts[2] == "••••••••, and again •••• 1111, IBAN DE•• •••• 3000"
    assert carla.lines()[3]["files"][0]["name"] == "card •••• 1111.png"
    assert everywhere("card •••• 1111")
    for raw in (CARD, CARD.replace(" ", ""), "1111 1111", TAX, "370400440532"):
        assert everywhere(raw) == [], raw
    page = client_of(cast.anna).get(f"/cases/{Case.objects.get().reference}/").content.decode()
    assert page.count("A card number was hidden: who writes here is not verified.") == 3
    assert page.count("A tax number was hidden") == 1
    first = Message.objects.earliest("id")
    assert program_of(cast.anna).get(f"/messages/{first.pk}").json()["hidden"] == ["card"]


def test_what_a_known_visitor_writes_stays(account, carla):
    token = signed(sub="7", name="Carla", exp=clock.now().timestamp() + 600)
    assert "masked" not in carla.begin(f"Charge {CARD}", identity=token).json()
    # Also with its token alone, and at the browser that came by the link in a mail; not at the one that typed it.
    assert "masked" not in carla.write(TAX).json()
    other, phone = Browser(account), Browser(account)
    other.begin("Hello", email="dario@example.org")
    ticket = ticket_of(ChatVisitor.objects.get(email="dario@example.org"), "dario@example.org")
    phone.post("return/", ticket=ticket)
    assert "masked" not in phone.write(CARD).json()
    assert other.write(CARD).json()["masked"] == ["card"]
    assert Message.objects.filter(text__contains="4111").count() == 2


def test_line_without_a_number_is_only_looked_at():
    assert covered("Order 8831, 12 May").kinds == ()
    found = covered("card 4111\u00a01111\u00a01111\u00a01111 and again 4111.1111.1111.1111")
    assert (found.text, found.kinds) == ("card •••• 1111 and again •••• 1111", ("card",))
    # The Italian one may have letters for all of its digits.
    assert covered("CF RSSMRAURTMLARSNL").kinds == ("tax",)
    assert covered("Call +39 347 1234567").kinds == ()
    assert covered("Call +39 347 1234567", is_public=True).kinds == ("phone",)
