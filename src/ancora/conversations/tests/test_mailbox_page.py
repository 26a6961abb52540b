"""The page of a mailbox: how it is, what came and left, what waits and why; pause and resume."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case
from ancora.conversations.commands import process_arrival, receive, start_conversation
from ancora.conversations.commands.pausing import pause, resume
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import send
from ancora.conversations.models import Arrival, ArrivalState, Fetch, Grant, Mailbox, Outgoing
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import store


@pytest.fixture
def box(cast) -> Mailbox:
    """A mailbox that was looked into a minute ago."""
    found = Mailbox.objects.create(
        name="Shop", address="support@shop.example", imap_host="127.0.0.1", smtp_host="127.0.0.1", smtp_port=9
    )
    Fetch.objects.create(mailbox=found, uid_validity=1, last_uid=7, uid_next=8, succeeded_at=clock.now())
    return found


@pytest.fixture
def page(cast, client_of, box):
    """`page(person)`: the text of the page, as the administrator sees it by default."""

    def get(person=cast.anna, part: str = "") -> str:
        answer = client_of(person).get(f"/settings/mailboxes/{box.pk}/{part}")
        assert answer.status_code == 200
        return answer.text

    return get


def come_in(box: Mailbox, number: int) -> Arrival:
    mail = letter(message_id=f"<{number}@x.example>", subject=f"Question {number}")
    pk = receive(mail.as_bytes(), key=f"test:{number}", mailbox=box)
    process_arrival(pk)
    drain()
    return Arrival.objects.get(pk=pk)


def write(box: Mailbox, cast, number: int = 1) -> Outgoing:
    to = [("Carla", f"carla{number}@customer.example")]
    message = start_conversation(box, to=to, subject=f"Offer {number}", html="<p>Hello</p>", author=cast.marco)
    return message.outgoing


def fetch(box: Mailbox, **fields) -> None:
    Fetch.objects.filter(mailbox=box).update(**fields)


def event_types() -> list[tuple[str, str]]:
    from ancora.platform.events.queries import events_after

    return [(one.type, one.attrs.get("what", "")) for one in events_after(0) if one.type.startswith("mailbox.")]


def test_state_says_in_words_what_most_needs_to_be_seen(box, page, cast):
    assert "works" in page()
    fetch(box, error="The server is on fire.", stopped_at=clock.now(), failed_at=clock.now())
    assert "The server is on fire." in page()
    fetch(box, error="", succeeded_at=clock.now() - timedelta(hours=1))
    Mailbox.objects.update(created_at=clock.now() - timedelta(days=1))
    assert "See that the worker runs." in page()
    pause(box, "fetching", person=cast.anna)
    assert "Paused by Anna Ferri" in page()
    Mailbox.objects.update(fetching_paused_at=None, sign_in="google")
    assert "Nobody has given the permission at Google yet." in page()
    Grant.objects.create(mailbox=box, granted_at=clock.now(), gone_at=clock.now(), error="gone")
    assert "The permission for Google is gone. Connect it again." in page()
    Mailbox.objects.update(is_active=False)
    assert "This mailbox is not in use." in page()


def test_arrivals_are_counted_by_outcome_and_lead_to_their_cases(box, page, client_of, cast):
    first, second = come_in(box, 1), come_in(box, 2)
    receive(letter(message_id="<1@x.example>", subject="Question 1").as_bytes(), key="again", mailbox=box)
    process_arrival(Arrival.objects.get(key="again").pk)
    Arrival.objects.filter(pk=second.pk).update(received_at=clock.now() - timedelta(days=2))
    text = page()
    assert '<th scope="row">new case</th><td class="number">1</td><td class="number">2</td>' in text
    assert '<th scope="row">was here already</th><td class="number">1</td><td class="number">1</td>' in text
    assert f"/messages/{first.message_id}/case/" in text
    answer = client_of(cast.anna).get(f"/messages/{first.message_id}/case/")
    case = Case.objects.get(subject="Question 1")
    assert answer["Location"] == f"/cases/{case.reference}/#m-{first.message_id}"


def test_what_waits_to_leave_says_why_and_what_left_says_what_became_of_it(box, page, cast):
    waits, tried, gone = (write(box, cast, number) for number in (1, 2, 3))
    Outgoing.objects.filter(pk=tried.pk).update(error="451 come back later", attempts=1)
    Outgoing.objects.filter(pk=gone.pk).update(state="bounced", settled_at=clock.now())
    gone.recipients.update(state="bounced", answer="5.1.1 no such user")
    text = page()
    assert "Its turn comes." in text
    assert "451 come back later" in text
    assert "5.1.1 no such user" in text
    assert f"/messages/{waits.message_id}/case/" in text
    assert "Try all now" in text


def test_quarantine_and_mail_to_be_read_are_counted(box, page):
    for number, state in enumerate((ArrivalState.QUARANTINED, ArrivalState.PENDING, ArrivalState.PENDING)):
        Arrival.objects.create(
            key=f"k{number}", mailbox=box, file=store(b"x"), received_at=clock.now(), state=state, reason="Why"
        )
    text = page()
    assert "1 mail could not be read" in text
    assert "2, the oldest from" in text


def test_progress_of_an_import_is_told_with_speed_and_time_left(box, page, cast):
    began = clock.now() - timedelta(seconds=50)
    fetch(box, old_end_uid=90_000, old_uid=300, old_total=50_000, old_done=2_000, old_resumed_done=1_000)
    fetch(box, old_resumed_at=began)
    text = page()
    assert "2,000 of about 50,000 mails" in text
    assert "20 a second" in text
    assert "about 40 minutes left" in text
    pause(box, "fetching", person=cast.anna)
    text = page()
    assert "2,000 of about 50,000 mails" in text
    assert "a second" not in text


def test_pause_and_resume_are_on_the_record_with_who_and_count_once(box, page, cast, client_of):
    anna = client_of(cast.anna)
    for verb in ("fetching/pause", "fetching/pause", "sending/pause", "fetching/resume", "fetching/resume"):
        assert anna.post(f"/settings/mailboxes/{box.pk}/{verb}/").status_code == 302
    assert event_types() == [
        ("mailbox.paused", "fetching"),
        ("mailbox.paused", "sending"),
        ("mailbox.resumed", "fetching"),
    ]
    box.refresh_from_db()
    assert (box.fetching_paused_at, box.sending_paused_by) == (None, cast.anna)
    assert Fetch.objects.get().asked_at is not None


def test_paused_mailbox_keeps_its_queue_and_sends_it_when_resumed(box, cast, page):
    from ancora.conversations.channels.email.tests.outbox import jobs_for
    from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer

    with smtp_peer() as peer:
        Mailbox.objects.update(smtp_port=peer.port, smtp_security="none")
        outgoing = write(box, cast)
        pause(box, "sending", person=cast.anna)
        send(outgoing.pk)
        Outgoing.objects.update(next_at=clock.now() - timedelta(days=4))
        rescue()
        send(outgoing.pk)
        outgoing.refresh_from_db()
        assert (outgoing.state, outgoing.attempts, peer.steps) == ("queued", 0, [])
        assert "Sending is paused." in page()
        resume(box, "sending", person=cast.anna)
        assert jobs_for(outgoing) >= 1
        send(outgoing.pk)
        outgoing.refresh_from_db()
        assert (outgoing.state, len(peer.taken)) == ("accepted", 1)


def test_case_says_that_its_answer_waits_for_the_mailbox(box, cast, client_of):
    come_in(box, 1)
    case = Case.objects.get()
    from ancora.cases.commands.answer import reply_to_case

    reply_to_case(case, html="<p>It is on its way.</p>", to=[("", "carla@example.org")], author=cast.marco)
    pause(box, "sending", person=cast.anna)
    text = client_of(cast.stan).get(f"/cases/{case.reference}/timeline/").text
    assert "Sending is paused for this mailbox" in text
    resume(box, "sending", person=cast.anna)
    assert "Sending is paused" not in client_of(cast.stan).get(f"/cases/{case.reference}/timeline/").text


def test_changed_settings_leave_a_pause_alone(box, cast, client_of):
    from ancora.conversations.tests.test_mailbox_pages import FORM

    pause(box, "fetching", person=cast.anna)
    client_of(cast.anna).post(f"/settings/mailboxes/{box.pk}/settings/", FORM)
    box.refresh_from_db()
    assert box.fetching_paused_at is not None
    assert box.name == "Support"


def test_leads_look_without_buttons_and_only_at_what_they_see(box, page, cast, client_of):
    text = page(cast.lena)
    assert "works" in text
    assert '<form method="post" action="/settings/mailboxes' not in text
    assert f"/settings/mailboxes/{box.pk}/settings/" not in text
    box.teams.add(Team.objects.create(name="Repairs"))
    lena = client_of(cast.lena)
    for part in ("", "now/"):
        assert lena.get(f"/settings/mailboxes/{box.pk}/{part}").status_code == 404
    assert "Shop" not in lena.get("/settings/mailboxes/").text


PARTS = ("", "now/", "settings/")
VERBS = ("fetching/pause/", "fetching/resume/", "sending/pause/", "sending/resume/", "look/", "send/", "connect/")


def test_strangers_neither_see_nor_touch_it(box, cast, client_of):
    for part in PARTS:
        assert client_of().get(f"/settings/mailboxes/{box.pk}/{part}").status_code == 302
        assert client_of(cast.marco).get(f"/settings/mailboxes/{box.pk}/{part}").status_code == 404
    for verb in VERBS:
        for person, status in ((None, 302), (cast.marco, 404), (cast.lena, 404)):
            assert client_of(person).post(f"/settings/mailboxes/{box.pk}/{verb}").status_code == status
        assert client_of(cast.anna).get(f"/settings/mailboxes/{box.pk}/{verb}").status_code == 405
    assert event_types() == []
    assert client_of(cast.marco).get("/settings/mailboxes/oauth/?state=x&code=y").status_code == 404


def test_page_needs_the_same_queries_however_much_there_is(box, cast, client_of, django_assert_num_queries):
    client = client_of(cast.anna)
    come_in(box, 0)
    write(box, cast, 0)
    gone = write(box, cast, 100)
    Outgoing.objects.filter(pk=gone.pk).update(state="accepted", settled_at=clock.now())

    def asked() -> int:
        # The first time for what is held in memory for some seconds.
        client.get(f"/settings/mailboxes/{box.pk}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/settings/mailboxes/{box.pk}/")
        return len(queries)

    few = asked()
    for number in range(1, 12):
        come_in(box, number)
        write(box, cast, number)
        Outgoing.objects.filter(pk=write(box, cast, 200 + number).pk).update(state="bounced", settled_at=clock.now())
    assert asked() == few <= 16
