"""Two workers at once: one message of each mail, in the conversation it belongs to."""

import pytest
from django.db import connection

from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.commands import process_pending, receive
from ancora.conversations.models import Arrival, Conversation, Mailbox, Message, Sighting
from ancora.testing.failures.letters import letter
from ancora.testing.threads import Aside

pytestmark = pytest.mark.usefixtures("nothing_half_written")
_TABLE = "conversations_message"


@pytest.fixture
def slow(db):
    """Whoever writes a message called “Slow” stands until `slow()` is called, with all else it has in hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION stand() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.subject = 'Slow' THEN"
            " PERFORM pg_advisory_xact_lock(4711); END IF; RETURN NEW; END $$;"
            f" CREATE TRIGGER stand AFTER INSERT ON {_TABLE} FOR EACH ROW EXECUTE FUNCTION stand();"
            " SELECT pg_advisory_lock(4711)"
        )

    def let_go() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(4711)")

    return let_go


def _waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def _lay(mail, mailbox) -> None:
    receive(mail.as_bytes(), key=f"test:{Arrival.objects.count()}", mailbox=mailbox)


def _outcomes() -> list[str]:
    return list(Arrival.objects.order_by("id").values_list("outcome", flat=True))


def test_same_message_id_in_two_mailboxes_read_by_two_workers_is_one_message(mailbox, slow):
    """FH #2310, osT #1976, CW #4151."""
    other = Mailbox.objects.create(name="Billing", address="billing@example.com")
    mail = letter("Slow")
    _lay(mail, mailbox)
    first = Aside(process_pending)
    until(lambda: _waiting() == 1)
    _lay(mail, other)
    second = Aside(process_pending)
    until(lambda: _waiting() == 2)
    slow()
    first.result()
    second.result()
    process_pending()
    assert _outcomes() == ["opened", "duplicate"]
    assert (Message.objects.count(), Sighting.objects.count()) == (1, 2)


def test_mail_waits_for_the_older_one_that_it_answers_and_another_worker_is_reading(mailbox, slow):
    """Otherwise a customer's second mail would open a case of its own."""
    question = letter("Slow")
    _lay(question, mailbox)
    first = Aside(process_pending)
    until(lambda: _waiting() == 1)
    _lay(letter("One more thing", In_Reply_To=question["Message-ID"]), mailbox)
    _lay(letter("Another matter", sender="zoe@customer.example"), mailbox)
    process_pending()
    assert _outcomes() == ["", "", "opened"]
    slow()
    first.result()
    process_pending()
    assert _outcomes() == ["opened", "appended", "opened"]
    assert Conversation.objects.count() == 2


def test_two_workers_with_the_same_mails_in_opposite_order_end_with_one_of_each(mailbox):
    """Each waits for what the other has written: the database ends one of them, and it begins again."""
    mails = [letter(f"Mail {number}", sender=f"p{number}@customer.example") for number in range(10)]
    for round_, order in enumerate((mails, mails[::-1])):
        for mail in order:
            receive(mail.as_bytes(), key=f"{round_}:{mail['Subject']}", mailbox=mailbox)
    workers = [Aside(_work, 10), Aside(_work, 10)]
    for worker in workers:
        worker.result(60)
    assert sorted(_outcomes()) == ["duplicate"] * 10 + ["opened"] * 10
    assert Message.objects.count() == 10


def _work(size: int) -> None:
    from django.db import OperationalError

    while Arrival.objects.filter(state="pending").exists():
        try:
            process_pending(size)
        except OperationalError:
            continue
