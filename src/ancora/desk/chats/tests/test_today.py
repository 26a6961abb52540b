"""The queue of today, against a day made by hand."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands.saying import say_in_case
from ancora.cases.queries import case_of_conversation
from ancora.conversations.chats.tests.rooms import Browser
from ancora.conversations.chats.today import NUMBERS, chat_today, sessions_behind
from ancora.conversations.models import ChatLine, ChatVisitor, Contact
from ancora.platform import clock


def session(account, author, *, start: int, answered=None, gone=None, ended=None, ending="", read=None, replied=None):
    """One that began `start` seconds ago; the other seconds count from then."""
    browser = Browser(account)
    browser.begin(client_key=uuid4())
    conversation_id, began = ChatVisitor.objects.latest("id").conversation_id, clock.now() - timedelta(seconds=start)

    def at(seconds):
        return None if seconds is None else began + timedelta(seconds=seconds)

    ChatLine.objects.filter(conversation=conversation_id).update(at=began)
    if answered is not None:
        say_in_case(case_of_conversation(conversation_id), text="Hello", author=author, form_key=uuid4())
        ours = ChatLine.objects.filter(conversation=conversation_id, direction="out")
        ours.update(at=at(answered), delivered_at=at(read and read[0]), read_at=at(read and read[1]))
    if replied is not None:
        browser.write("Thanks")
        ChatLine.objects.filter(conversation=conversation_id, direction="in", number=3).update(at=at(replied))
    Contact.objects.filter(conversation=conversation_id).update(
        started_at=began, answered_at=at(answered), gone_at=at(gone), ended_at=at(ended), ending=ending
    )


def test_a_day_made_by_hand(cast, account):
    of = (account, cast.marco)
    # Served in one exchange: our answer was read, nothing came back.
    session(*of, start=3000, answered=20, read=(20, 25), ended=400, ending="agent")
    # Served: they wrote again.
    session(*of, start=2900, answered=40, read=(40, 41), replied=60, ended=400, ending="customer")
    # In silence: never delivered; delivered and never looked at while it lasted.
    session(*of, start=2800, answered=60, ended=500, ending="silence")
    session(*of, start=2700, answered=80, read=(81, 900), ended=500, ending="silence")
    # Abandoned: at once; after a minute, noticed after six.
    session(*of, start=2600, ended=3, ending="customer")
    session(*of, start=2500, gone=60, ended=360, ending="silence")
    session(*of, start=2400, ended=100, ending="parked")
    # Ended by one of us without a word: that is no answer, and no mail will come.
    session(*of, start=2300, ended=60, ending="agent")
    session(*of, start=30)
    # Before the day.
    session(*of, start=90_000, answered=1000, ended=2000, ending="agent")
    with CaptureQueriesContext(connection) as asked:
        today = chat_today([account], since=clock.now() - timedelta(hours=1))
    assert len(asked) == 1
    told = (today.offered, today.answered, today.abandoned, today.short, today.parked, today.waiting, today.gone)
    assert told == (9, 4, 3, 1, 1, 1, 0)
    assert today.offered == today.answered + today.abandoned + today.parked + today.waiting
    waits = sorted([20, 40, 60, 80, 3, 60, 100, 60, 30])
    assert abs(today.mean_wait - sum(waits) / 9) < 1
    # Between the eighth and the ninth: 0.9 · 8 = 7.2.
    assert abs(today.nine_of_ten - (80 + 0.2 * 20)) < 1
    assert (today.silent.least, today.silent.estimate, today.silent.most) == (1, 2, 3)
    # The cases behind each number are as many, and the right ones.
    behind = {one: sessions_behind(one, [account], since=clock.now() - timedelta(hours=1)) for one in NUMBERS}
    assert {one: len(found) for one, found in behind.items()} == {
        "offered": 9, "answered": 4, "abandoned": 3, "parked": 1, "waiting": 1, "silent": 2
    }  # fmt: skip
    assert [round(one.wait) for one in behind["silent"]] == [80, 60]
    assert [(round(one.wait), one.ending) for one in behind["abandoned"]] == [
        (60, "one of us"), (60, "nobody wrote any more"), (3, "the customer")
    ]  # fmt: skip


def test_leads_see_it_and_strangers_nothing_of_a_hidden_chat(case, account, cast, client_of):
    from ancora.parties.models import Team

    page = client_of(cast.lena).get("/chats/today/").content.decode()
    assert f"#{case.reference}" in page
    assert "Offered" in page
    assert "Expected wait" in page
    assert f"#{case.reference}" in client_of(cast.lena).get("/chats/today/waiting/").content.decode()
    assert client_of(cast.lena).get("/chats/today/nonsense/").status_code == 404
    for path in ("", "waiting/"):
        assert client_of(cast.marco).get(f"/chats/today/{path}").status_code == 404
    assert client_of().get("/chats/today/").status_code == 302
    account.mailbox.teams.add(Team.objects.create(name="Insiders"))
    for path in ("", "waiting/"):
        assert f"#{case.reference}" not in client_of(cast.lena).get(f"/chats/today/{path}").content.decode()
