"""The ways that a widget shows, the rules behind them, and what is counted."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora import selfservice
from ancora.cases.commands import reopen_case, resolve_case
from ancora.cases.models import Case, Outcome
from ancora.conversations.chats.commands.blocking import block_visitors
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.conversations.models import Conversation
from ancora.customers.models import Customer
from ancora.parties.calendar_commands import MONDAY_TO_FRIDAY, create_calendar
from ancora.parties.schedule import Schedule
from ancora.platform import clock
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.text.masking import Sensitive
from ancora.selfservice.advice.counting import Solved, first_answer_of, solved_counts
from ancora.selfservice.advice.decision import Complexity, Matter, Sensitivity, Urgency
from ancora.selfservice.advice.queries import advice_for
from ancora.selfservice.models import AdviceRule
from ancora.selfservice.words import words_of_ways

ROME = ZoneInfo("Europe/Rome")
MONDAY, SUNDAY = (datetime(2026, 3, day, 10, tzinfo=ROME) for day in (2, 1))
PHONE = {"phone": "+39 02 1234567"}


def outcome() -> Outcome:
    return Outcome.objects.get_or_create(label="Solved")[0]


def closed_case(cast, channel: str, at: datetime, customer: Customer | None = None) -> Case:
    """One that was opened an hour before and solved at that moment."""
    customer = customer or Customer.objects.create(name="Carla", created_at=clock.now())
    number = Case.objects.count() + 5000
    opened = at - timedelta(hours=1)
    case = Case.objects.create(
        reference=number, customer=customer, channel=channel, opened_at=opened, last_message_at=opened
    )
    with clock.at(at):
        resolve_case(case, outcome=outcome(), actor=Actor.human(cast.marco))
    return case


def test_ways_are_all_there_the_best_first_and_say_how_long(cast, account, mailbox):
    create_calendar(name="Office", schedule=Schedule("Europe/Rome", MONDAY_TO_FRIDAY), actor=SYSTEM)
    account.settings = PHONE | {"links": {"999999": "https://gone.example"}}
    account.save()
    with clock.at(MONDAY):
        said = Browser(account).get("advice/?complexity=complex&personal=1&urgent=1&lang=en").json()
        assert [way["channel"] for way in said["ways"]] == ["phone", "chat", "email"]
        phone, chat, mail = said["ways"]
        assert (phone["href"], phone["place"], phone["wait"]) == ("tel:+39021234567", "+39 02 123 4567", "Open now.")
        assert phone["reasons"][0] == "What is complicated is often solved in one talk."
        assert (mail["href"], mail["solves"]) == (f"mailto:{mailbox.address}", "")
        assert "Nobody is at the desk" in chat["wait"]
        quick = Browser(account).get("advice/?complexity=nonsense&lang=it").json()
        assert quick["ways"][0]["channel"] == "chat"
        assert quick["ways"][0]["reasons"] == ["Una domanda veloce si presta bene alla chat."]
        # What changes by the minute is asked once; a second widget costs the account and the rules.
        with CaptureQueriesContext(connection) as queries:
            Browser(account).get("advice/")
        assert len(queries) <= 4
    other = open_account(mailbox, name="Other", **PHONE)
    with clock.at(SUNDAY), CaptureQueriesContext(connection) as queries:
        ways = advice_for(other, Matter(Complexity.COMPLEX, Sensitivity.PERSONAL, Urgency.HIGH), "en")
        # Closed ones stay, at the end, and say until when.
        assert [(way["channel"], way["open"]) for way in ways] == [("email", True), ("phone", False), ("chat", False)]
        assert ways[1]["opens_at"] == "2026-03-02T08:00:00+00:00"
    assert len(queries) <= 20
    assert Browser(account).get("advice/").json()["links"] is False
    account.is_active = False
    account.save()
    assert Browser(account).get("advice/").status_code == 403


def test_solved_at_once_is_counted_by_channel_and_said_where_enough_are_known(cast, account):
    at, again = clock.now() - timedelta(days=30), Customer.objects.create(name="Again", created_at=clock.now())
    for _number in range(28):
        closed_case(cast, "phone", at)
    back = closed_case(cast, "phone", at)
    with clock.at(at + timedelta(days=1)):
        reopen_case(back, actor=Actor.human(cast.marco))
        back.refresh_from_db()
        resolve_case(back, outcome=outcome(), actor=Actor.human(cast.marco))
    closed_case(cast, "phone", at, again)
    closed_case(cast, "email", at + timedelta(days=3), again)
    # Not yet known, too old, thrown away.
    closed_case(cast, "email", clock.now() - timedelta(days=6))
    closed_case(cast, "email", clock.now() - timedelta(days=200))
    Case.objects.filter(pk=closed_case(cast, "email", at).pk).update(status="trash")
    with CaptureQueriesContext(connection) as queries:
        counts = solved_counts()
    assert len(queries) == 1
    assert counts == {"phone": Solved(30, 28), "email": Solved(1, 1)}
    account.settings = PHONE
    account.save()
    told = {way["channel"]: way["solves"] for way in advice_for(account, Matter(), "en")}
    assert told == {"phone": "Solves 9 of 10 at once.", "chat": "", "email": ""}


def test_wait_of_mail_is_the_median_in_working_time(cast, mailbox, mailed):
    hours = Schedule("Europe/Rome", MONDAY_TO_FRIDAY).working_time()
    friday = datetime(2026, 2, 27, 17, tzinfo=ROME)
    with clock.at(MONDAY + timedelta(days=1)):
        for minutes in range(10, 70, 10):
            mailed(at=friday, answered_at=MONDAY + timedelta(minutes=minutes))
        assert first_answer_of(mailbox, hours) is None
        for _number in range(5):
            mailed(at=friday, answered_at=None)
        # Eleven, and the sixth has its answer: an hour on Friday, an hour and so many minutes on Monday.
        assert first_answer_of(mailbox, hours) == timedelta(hours=2, minutes=60)
        mailed(at=friday, answered_at=None)
        mailed(at=friday, answered_at=None)
        assert first_answer_of(mailbox, hours) is None


@pytest.fixture
def mailed(cast, mailbox):
    """A case that a mail opened, and one of us answered."""
    from ancora.cases.models import CaseConversation
    from ancora.conversations.models import Conversation, Message, Place

    def make(*, at: datetime, answered_at: datetime | None) -> None:
        customer = Customer.objects.create(name="Carla", created_at=clock.now())
        conversation = Conversation.objects.create(customer=customer, mailbox=mailbox, started_at=at)
        conversation.refresh_from_db()
        case = Case.objects.create(
            reference=conversation.reference,
            customer=customer,
            opened_at=at,
            last_message_at=at,
            mailbox_ids=[mailbox.pk],
        )
        CaseConversation.objects.create(case=case, conversation=conversation, since=at)
        # The acknowledgement is no answer.
        said = [(at, None), *([(answered_at, cast.marco)] if answered_at else [])]
        for moment, author in said:
            message = Message.objects.create(direction="out", author=author, recorded_at=moment)
            Place.objects.create(message=message, conversation=conversation, since=moment, actor_kind="system")

    return make


def _typed(**more) -> dict:
    return {"channel": "email", "points": "5", "complexity": "complex", "is_active": "on", **more}


def test_rules_are_read_tried_and_changed(cast, client_of, account):
    anna = client_of(cast.anna)
    page = anna.get("/settings/chats/advice/").content.decode()
    assert "Something complicated, with personal data, urgent" in page
    assert "Phone · Chat · E-mail" in page
    typed = _typed(reason_en="We  like mail.", reason_it="Ci piacciono le mail.", form_key=str(uuid4()))
    before = AdviceRule.objects.count()
    tried = anna.post("/settings/chats/advice/new/preview/", typed).content.decode()
    assert "E-mail · Phone · Chat" in tried
    assert AdviceRule.objects.count() == before
    for _time in range(2):
        assert anna.post("/settings/chats/advice/new/", typed).url == "/settings/chats/advice/"
    rule = AdviceRule.objects.exclude(form_key=None).get()
    assert rule.reasons == {"en": "We like mail.", "it": "Ci piacciono le mail."}
    assert advice_for(account, Matter(Complexity.COMPLEX), "it")[0]["reasons"] == ["Ci piacciono le mail."]
    address = f"/settings/chats/advice/{rule.pk}/"
    assert "They are shown" in anna.post(f"{address}preview/", _typed(points="10")).content.decode()
    assert "9" in anna.post(address, _typed(points="10")).content.decode()
    anna.post(address, _typed(points="-5", is_active=""))
    rule.refresh_from_db()
    assert (rule.points, rule.is_active) == (-5, False)
    anna.post(f"{address}delete/")
    assert AdviceRule.objects.count() == before
    for person in (cast.lena, cast.stan):
        client = client_of(person)
        one = AdviceRule.objects.first().pk
        for path in ("", "new/", f"{one}/"):
            assert client.get(f"/settings/chats/advice/{path}").status_code == 404
        for path in ("new/preview/", f"{one}/preview/", f"{one}/delete/", f"{one}/"):
            assert client.post(f"/settings/chats/advice/{path}", typed).status_code == 404
    assert AdviceRule.objects.count() == before


def test_every_word_of_the_late_modules_is_said_and_none_in_vain():
    folder = Path(selfservice.__file__).parent / "static" / "selfservice"
    asked = set(re.findall(r"words\.(\w+)", (folder / "ways.js").read_text() + (folder / "hidden.js").read_text()))
    chosen = {"simple", "complex", "personal", "urgent"} | set(Sensitive) - {Sensitive.PHONE}
    assert asked | chosen == set(words_of_ways())


def test_ways_are_set_with_the_chat(cast, client_of, account, mailbox):
    webhook = open_account(mailbox, name="App")
    webhook.kind = "webhook"
    webhook.save()
    anna, address = client_of(cast.anna), f"/settings/chats/{account.pk}/"
    typed = {"name": "Shop", "mailbox": mailbox.pk, "is_active": "on", "hue": "340", "side": "start"}
    assert "Write it with the country" in anna.post(address, typed | {"phone": "02 1234567"}).content.decode()
    more = {"phone": "+39021234567", f"link_{webhook.pk}": "https://app.example/help", "sign_in": "shop.example/in"}
    anna.post(address, typed | more)
    account.refresh_from_db()
    assert account.settings["phone"] == "+39 02 123 4567"
    assert account.settings["sign_in"] == "https://shop.example/in"
    assert 'value="https://app.example/help"' in anna.get(address).content.decode()
    Organisation.objects.update(public_address="https://help.example.com")
    forget_organisation()
    said = Browser(account).get("advice/").json()
    forget_organisation()
    assert (said["links"], said["sign_in"]) == (True, "https://shop.example/in")
    app = next(way for way in said["ways"] if way["channel"] == "webhook")
    assert (app["name"], app["place"], app["href"]) == ("App", "app.example", "https://app.example/help")


def test_chat_is_no_way_for_who_is_blocked(cast, account):
    carla = Browser(account)
    carla.begin()
    assert {way["channel"] for way in carla.get("advice/").json()["ways"]} == {"chat", "email"}
    block_visitors(Conversation.objects.get().pk, author=cast.lena)
    assert [way["channel"] for way in carla.get("advice/").json()["ways"]] == ["email"]
