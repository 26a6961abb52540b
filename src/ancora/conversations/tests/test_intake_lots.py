"""Arrivals are read many together: with the same results as one by one, and the failure of one is its own."""

from email.message import EmailMessage

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case
from ancora.conversations.commands import process_pending, receive
from ancora.conversations.models import Arrival, Mailbox, Message, Place, Sighting
from ancora.platform.files.store import path_of
from ancora.testing.threads import Aside


def mail(number: int, *, answers: int | None = None, sender: str = "carla@home.example") -> bytes:
    found = EmailMessage()
    found["From"], found["To"], found["Subject"] = f"Carla <{sender}>", "support@example.com", "It leaks"
    found["Date"], found["Message-ID"] = f"Mon, 2 Nov 2026 10:{number:02d}:00 +0100", f"<{number}@home.example>"
    if answers is not None:
        found["In-Reply-To"] = f"<{answers}@home.example>"
    found.set_content(f"It leaks, for the {number}. time.")
    return found.as_bytes()


@pytest.fixture
def deliver(mailbox):
    def put(*mails: bytes, box: Mailbox = mailbox) -> list[int]:
        first = Arrival.objects.count()
        return [receive(raw, key=f"lot:{number}", mailbox=box) for number, raw in enumerate(mails, first)]

    return put


def outcomes() -> list[tuple[str, str]]:
    return list(Arrival.objects.order_by("id").values_list("outcome", "rung"))


def test_thread_in_one_lot_is_one_case(deliver):
    deliver(mail(1), mail(2, answers=1), mail(3, answers=2), mail(4, sender="dario@home.example"))
    assert process_pending() == 4
    assert outcomes() == [
        ("opened", "new"),
        ("appended", "in_reply_to"),
        ("appended", "in_reply_to"),
        ("opened", "new"),
    ]
    assert Case.objects.count() == 2
    case = Case.objects.order_by("id").first()
    assert (case.version, case.excerpt) == (3, "It leaks, for the 3. time.")
    assert Place.objects.values("conversation_id").distinct().count() == 2


def test_one_mail_in_two_mailboxes_in_one_lot_is_one_message_seen_by_both(deliver, mailbox):
    other = Mailbox.objects.create(name="Sales", address="sales@example.com")
    deliver(mail(1))
    deliver(mail(1), box=other)
    process_pending()
    assert outcomes() == [("opened", "new"), ("duplicate", "")]
    assert (Message.objects.count(), Sighting.objects.count()) == (1, 2)
    assert sorted(Case.objects.get().mailbox_ids) == [mailbox.pk, other.pk]


def test_same_new_sender_twice_in_one_lot_is_one_customer(deliver):
    deliver(mail(1), mail(2))
    process_pending()
    assert Case.objects.values("customer_id").distinct().count() == 1


def test_failure_of_one_is_its_own(deliver):
    ids = deliver(mail(1), mail(2), mail(3))
    broken = Arrival.objects.select_related("file").get(pk=ids[1])
    path = path_of(broken.file.digest)
    content = path.read_bytes()
    path.unlink()
    assert process_pending() == 2
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == ("pending", 1)
    assert "is not on the disk" in broken.reason
    path.write_bytes(content)
    assert process_pending() == 1
    assert Message.objects.count() == 3


def test_number_of_statements_does_not_grow_with_the_lot(deliver):
    def statements(first: int, count: int) -> int:
        deliver(*(mail(first + number, answers=first if number else None) for number in range(count)))
        with CaptureQueriesContext(connection) as queries:
            process_pending()
        return len(queries)

    statements(1, 2)
    assert statements(10, 3) == statements(20, 20)


def test_answer_waits_while_another_worker_reads_what_it_answers(deliver):
    """Two workers, a mail each: the second must not open a case of its own for the answer to the first."""
    first, answer = deliver(mail(1), mail(2, answers=1))
    with transaction.atomic():
        Arrival.objects.select_for_update().get(pk=first)
        assert Aside(process_pending).result() == 0
        arrival = Arrival.objects.get(pk=answer)
        assert (arrival.state, arrival.attempts) == ("pending", 0)
    process_pending()
    assert outcomes() == [("opened", "new"), ("appended", "in_reply_to")]


def test_answer_to_something_nobody_has_waits_for_nothing(deliver):
    deliver(mail(2, answers=1))
    assert process_pending() == 1
    assert outcomes() == [("opened", "new")]
