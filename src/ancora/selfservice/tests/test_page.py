"""What a website loads, what stands in the frame, and how it stands with the chat just now."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora import selfservice
from ancora.cases.presence.desks import keep_desk_open
from ancora.conversations.chats.tests.rooms import Browser, open_account, signed
from ancora.conversations.models import ChatVisitor, Contact
from ancora.customers.models import Customer
from ancora.parties.calendar_commands import MONDAY_TO_FRIDAY, create_calendar
from ancora.parties.models import Membership, Team
from ancora.parties.schedule import Schedule
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.selfservice.now import wait_in_words
from ancora.selfservice.words import words

ROME = ZoneInfo("Europe/Rome")
MONDAY, SUNDAY = (datetime(2026, 3, day, 10, tzinfo=ROME) for day in (2, 1))


def test_script_is_for_every_website_and_keeps_nothing(account, client_of):
    answer = client_of().get(f"/chat/{account.token}/widget.js")
    source = answer.content.decode()
    assert answer["Content-Type"] == "text/javascript"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=300" in answer["Cache-Control"]
    assert not answer.cookies
    chosen = json.loads(re.search(r"\}\)\((\{.*\})\)\s*$", source)[1])
    assert set(chosen["words"]) == {"en", "it"}
    assert not re.search(r"localStorage|sessionStorage|document\.cookie|innerHTML|SETTINGS", source)
    assert client_of().get("/chat/nobody/widget.js").status_code == 404


def test_nobody_keeps_what_is_of_one_visitor(account, client_of):
    for path in ("", "now/", "lines/"):
        assert client_of().get(f"/chat/{account.token}/{path}")["Cache-Control"] == "no-store"


def test_words_of_an_administrator_stay_words(account, client_of):
    account.settings = {"title": '</script>"); alert(1); ("', "greetings": {"en": "<b>Hello"}}
    account.save()
    source = client_of().get(f"/chat/{account.token}/widget.js").content.decode()
    assert json.loads(re.search(r"\}\)\((\{.*\})\)\s*$", source)[1])["words"]["en"]["title"].endswith('alert(1); ("')
    page = client_of().get(f"/chat/{account.token}/").content.decode()
    assert "<b>" not in page
    assert "</script>&quot;" not in page


def test_every_word_of_the_scripts_is_said_and_none_in_vain():
    folder = Path(selfservice.__file__).parent / "static" / "selfservice"
    scripts = "".join(path.read_text() for path in folder.glob("*.js"))
    asked = set(re.findall(r'say\((?:[a-z_ =]+ \? )?"(\w+)"', scripts))
    idle = {word for word in words() if f'"{word}"' not in scripts}
    assert (asked - set(words()), idle) == (set(), set())


def test_page_speaks_the_language_that_is_asked_for(account, italian_organisation, client_of):
    def language(**asked) -> str:
        return client_of().get(f"/chat/{account.token}/", asked)["Content-Language"]

    assert [language(lang=one) for one in ("en-GB", "it-CH", "de", "x" * 500, "..")] == ["en", "it", "it", "it", "it"]


def test_it_is_open_when_the_team_is_and_says_whether_anybody_is_there(account, cast):
    create_calendar(name="Office", schedule=Schedule("Europe/Rome", ((),) * 7), actor=SYSTEM)
    office = create_calendar(name="Service", schedule=Schedule("Europe/Rome", MONDAY_TO_FRIDAY), actor=SYSTEM)
    with clock.at(MONDAY):
        assert Browser(account).get("now/").json()["open"] is False
    account.mailbox.team = Team.objects.create(name="Service", calendar=office)
    account.mailbox.save()
    with clock.at(MONDAY):
        told = {"open": True, "opens_at": None}
        keep_desk_open(cast.stan)
        nobody = "Nobody is at the desk just now. Write, and we answer as soon as somebody is."
        assert Browser(account).get("now/").json() == {**told, "wait": nobody, "slow": nobody.partition(" Write")[0]}
        Membership.objects.create(team=account.mailbox.team, user=cast.stan)
        unknown = "We do not know just now how long it will take."
        assert Browser(account).get("now/").json() == {**told, "wait": unknown, "slow": unknown}
    with clock.at(SUNDAY):
        told = Browser(account).get("now/").json()
    assert (told["open"], told["opens_at"]) == (False, "2026-03-02T08:00:00+00:00")
    account.settings["is_always_open"] = True
    account.save()
    with clock.at(SUNDAY):
        assert Browser(account).get("now/").json()["open"] is True


def test_wait_is_what_the_last_chats_waited(account, cast):
    """Those of the night say nothing of the day."""
    keep_desk_open(cast.stan)
    create_calendar(name="Office", schedule=Schedule("Europe/Rome", MONDAY_TO_FRIDAY), actor=SYSTEM)
    with clock.at(MONDAY):
        for _one in range(12):
            Browser(account).begin()
        contacts = list(Contact.objects.all())
        for minute, one in enumerate(contacts[:11]):
            one.answered_at = one.started_at + timedelta(minutes=minute, seconds=30)
            one.save()
        night = contacts[11]
        night.started_at, night.answered_at = MONDAY - timedelta(hours=12), MONDAY
        night.save()
        assert Browser(account).get("now/").json()["wait"] == "Nine of ten are answered within 10 minutes."
        with CaptureQueriesContext(connection) as queries:
            Browser(account).get("now/")
        assert len(queries) <= 11
        # Two who gave up are more than one of ten.
        Contact.objects.filter(pk__in=[one.pk for one in contacts[:2]]).update(
            answered_at=None, ended_at=MONDAY, ending="customer"
        )
        assert "do not know" in Browser(account).get("now/").json()["wait"]


def test_the_wait_in_words():
    said = [wait_in_words(seconds) for seconds in (0, 61, 5400, 5401)]
    assert [re.search(r"\d+ \w+", one)[0] for one in said] == ["1 minute", "2 minutes", "90 minutes", "2 hours"]


def test_who_signs_in_finds_the_conversation_and_nobody_new_is_kept(account, mailbox):
    def token(sub: str = "7", **more) -> str:
        return signed(sub=sub, exp=clock.now().timestamp() + 600, **more)

    first, second = Browser(account), Browser(account)
    assert second.post("identify/", identity=token()).json() == {"state": None}
    assert not ChatVisitor.objects.exists()
    reference = first.begin(identity=token(name="Carla")).json()["reference"]
    assert second.post("identify/", identity=token()).json()["state"]["reference"] == reference
    assert [line["text"] for line in second.lines()] == ["It leaks again"]
    # Who wrote unsigned first is that customer from then on.
    third = Browser(account)
    third.begin("Unsigned")
    assert third.post("identify/", identity=token("8", name="Dario")).json()["state"]["newest"] == 1
    assert Customer.objects.count() == 2
    for stranger in (Browser(account), Browser(open_account(mailbox, name="Other"))):
        assert stranger.post("identify/", identity=token("9")).json() == {"state": None}
        assert stranger.post("identify/", identity=token("7") + "x").json()["error"] == "identity"
    assert Browser(account, "").post("identify/", identity=token()).status_code == 400


def test_address_is_kept_and_proves_nothing(account, mailbox):
    carla = Browser(account)
    assert carla.post("address/", email="carla@example.org").status_code == 401
    carla.begin()
    assert carla.post("address/", email="Carla@Example.org").json()["email"] == "carla@example.org"
    assert ChatVisitor.objects.get().email == "carla@example.org"
    # So that its pages ask for none.
    assert carla.get("lines/").json()["email"] == "carla@example.org"
    assert not Customer.objects.get().handles.filter(kind="email").exists()
    assert carla.post("address/", email="nobody").status_code == 400
    assert carla.post("address/", email="").json()["words"] == "Write your e-mail address."
    assert Browser(open_account(mailbox, name="Other"), carla.token).post("address/", email="a@b.ch").status_code == 401
