"""An answer finds its conversation whatever a mail program did to it, and nothing else joins one."""

import pytest

from ancora.cases.commands import mark_as_spam, move_to_trash, reply_to_case
from ancora.cases.models import Case, Status
from ancora.cases.queries import answerable, case_for, cases_page
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.commands.move import move_to_new_conversation
from ancora.conversations.commands.send import send
from ancora.conversations.models import Conversation, Mailbox, Message, Outgoing, Place
from ancora.conversations.tokens import reply_address
from ancora.platform.events.actors import Actor
from ancora.testing.failures.letters import CARLA, DARIO, letter

pytestmark = pytest.mark.usefixtures("nothing_half_written")
# What Apple Mail writes there: a number of its own, known to nobody.
OVERWRITTEN = {"In_Reply_To": "<5D1C@apple.example>", "References": "<5D1C@apple.example>"}


@pytest.fixture
def question(cast, arrive, mailbox):
    """A case of Carla with an answer of ours, which gives its message."""
    arrive(letter("The grinder leaks"), mailbox)
    case = case_for(cast.marco, 1001)
    asked = answerable(cast.marco, case)
    return reply_to_case(case, html="<p>A seal comes.</p>", to=asked.to, author=cast.marco, answers=asked.message)


def test_reply_with_references_overwritten_finds_its_conversation(question, arrive, mailbox):
    """LD #176, dj #756: by the token in the address it answers to, or by what it says to answer."""
    token = reply_address(mailbox.address, 1001)
    assert arrive(letter("Re: The grinder leaks", To=token, **OVERWRITTEN), mailbox).rung == "token"
    half = {**OVERWRITTEN, "In_Reply_To": f"<{question.message_id}>"}
    assert arrive(letter("Re: The grinder leaks", **half), mailbox).rung == "in_reply_to"
    half = {**OVERWRITTEN, "References": f"<{question.message_id}> <5D1C@apple.example>"}
    assert arrive(letter("Re: The grinder leaks", **half), mailbox).rung == "references"
    assert (Case.objects.count(), Conversation.objects.count()) == (1, 1)


def test_reply_with_nothing_but_the_plus_address_finds_its_conversation(question, arrive, mailbox):
    """LD #176, dj #756."""
    to = reply_address(mailbox.address, 1001).upper()
    result = arrive(letter("", sender="new-address@elsewhere.example", To=to), mailbox)
    assert (result.outcome, result.rung) == ("appended", "token")


def test_reply_with_only_the_number_in_its_subject_finds_its_conversation(question, arrive, mailbox):
    """LD #176, dj #756."""
    result = arrive(letter("Fwd: your answer [#1001]"), mailbox)
    assert (result.outcome, result.rung) == ("appended", "subject")


def test_equal_subject_of_another_sender_or_about_another_order_never_joins(question, arrive, mailbox):
    """CW #14993 asks for it, osT #1976 shows the harm: another person's order in my case."""
    for sender, subject in (
        (DARIO, "The grinder leaks"),
        (CARLA, "The grinder leaks"),
        (DARIO, "Re: The grinder leaks"),
        (DARIO, "Re: The grinder leaks [#1001]"),
    ):
        assert arrive(letter(subject, sender=sender), mailbox).outcome == "opened", subject
    assert Case.objects.count() == 5


def test_reply_from_a_shared_mailbox_leaves_from_the_conversations_own(cast, arrive):
    """dj #1279: several mailboxes share one queue; the customer wrote to one of them."""
    with smtp_peer() as support, smtp_peer() as billing:
        for name, peer in (("support", support), ("billing", billing)):
            server = {"smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none"}
            Mailbox.objects.create(name=name, address=f"{name}@example.com", **server)
        asked_at = Mailbox.objects.get(name="billing")
        arrive(letter("Invoice twice", To="billing@example.com"), asked_at)
        case = Case.objects.get()
        asked = answerable(cast.marco, case)
        reply_to_case(case, html="<p>Sorry.</p>", to=asked.to, author=cast.marco, answers=asked.message)
        send(Outgoing.objects.get().pk)
        assert support.taken == []
        [(_recipients, raw)] = billing.taken
    assert b"billing@example.com>" in raw
    assert b"Reply-To: marco" not in raw.lower()
    assert reply_address("billing@example.com", case.reference).encode() in raw


def test_case_rises_to_the_top_each_of_five_times_the_customer_writes(cast, arrive, mailbox):
    """FS #5501."""
    first = letter("Mine")
    arrive(first, mailbox)
    for number in range(5):
        arrive(letter(f"Another {number}", sender=f"p{number}@customer.example"), mailbox)
        assert cases_page(cast.marco, queue_name="open").cases[0].subject == f"Another {number}"
        arrive(letter("Re: Mine", f"And {number}", In_Reply_To=first["Message-ID"]), mailbox)
        top = cases_page(cast.marco, queue_name="open").cases[0]
        assert (top.reference, top.excerpt) == (1001, f"And {number}")


@pytest.mark.parametrize(("remove", "status"), [(move_to_trash, Status.OPEN), (mark_as_spam, Status.SPAM)])
def test_reply_by_the_token_of_a_removed_case_is_kept_there(cast, question, arrive, mailbox, remove, status):
    """Out of the trash an answer brings its case back; what a person called spam stays so, with all that follows."""
    case = Case.objects.get()
    remove(case, actor=Actor.human(cast.marco))
    result = arrive(letter("Re", To=reply_address(mailbox.address, 1001)), mailbox)
    case.refresh_from_db()
    assert (result.outcome, case.status, Case.objects.count()) == ("appended", status, 1)


def test_reply_to_a_message_that_was_moved_follows_it(cast, question, arrive, mailbox):
    """Moved between the customer's two mails, and between the mail and the moment it is read."""
    second = letter("Something else too", In_Reply_To=f"<{question.message_id}>")
    moved = arrive(second, mailbox)
    new = move_to_new_conversation(moved.message_id, actor=Actor.human(cast.marco))
    follow = arrive(letter("Re: Something else", In_Reply_To=second["Message-ID"]), mailbox)
    assert follow.conversation_id == new.pk
    assert Place.objects.filter(message__in=Message.objects.all(), until=None).count() == Message.objects.count()
