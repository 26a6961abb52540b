"""A mail whose sender cannot be believed, and mail nobody wants."""

import pytest

from ancora.conversations import judging
from ancora.conversations.channels.email.trust.tests.signing import Dns, signed
from ancora.conversations.commands.blocks import block_sender, lift_block
from ancora.conversations.models import Conversation, Message, SenderBlock
from ancora.conversations.tokens import new_message_id, reply_address
from ancora.customers.models import Customer, Handle, Verification
from ancora.platform.accounts.models import Organisation, User
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.models import StoredEvent

DOOR = "Received: from x (x.net [93.184.216.34]) by mx.example.com with ESMTPS\r\n"
PASS, FAIL = "dmarc=pass header.from=customers.org", "dmarc=fail header.from=customers.org"


def mail(results="", sender="Carla Bianchi <carla@customers.org>", number=1, **headers) -> bytes:
    """As the border hands it over, with its results on top."""
    top = f"Authentication-Results: mx.example.com; {results}\r\n{DOOR}" if results else DOOR
    lines = {
        "From": sender,
        "To": "support@example.com",
        "Subject": "The grinder leaks",
        "Date": "Sat, 21 Nov 2026 10:00:00 +0100",
        "Message-ID": f"<{number}@customers.org>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return (top + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + f"\r\nMail {number}.\r\n").encode()


@pytest.fixture
def box(cast, mailbox):
    """The support mailbox behind a border that is believed."""
    mailbox.authserv_ids, mailbox.spam_header = ["mx.example.com"], "X-Spam-Flag: YES"
    mailbox.save()
    return mailbox


def message_of(result) -> Message:
    return Message.objects.get(pk=result.message_id)


def test_proved_sender_has_a_verified_handle_once(box, arrive):
    arrive(mail(number=1), box)
    assert Handle.objects.get().verification == Verification.WEAK
    for number in (2, 3):
        message = message_of(arrive(mail(PASS, number=number), box))
    assert (message.trust, message.trust_reasons) == ("passed", ["dmarc"])
    assert Handle.objects.get().verification == Verification.STRONG
    [event] = StoredEvent.objects.filter(type="identity.verified")
    assert event.attrs == {"kind": "email", "method": "dmarc"}


def test_failed_mail_opens_a_case_of_a_sender_without_handle(box, arrive):
    arrive(mail(PASS, number=1), box)
    carla = Customer.objects.get()
    result = arrive(mail(FAIL, number=2), box)
    message, conversation = message_of(result), Conversation.objects.get(pk=result.conversation_id)
    assert (message.trust, message.trust_reasons, message.handle) == ("failed", ["dmarc_fail"], None)
    assert conversation.customer != carla
    assert conversation.customer.name == "Carla Bianchi (not verified)"
    assert Handle.objects.count() == 1


@pytest.mark.parametrize("header", ["In_Reply_To", "References"])
def test_failed_mail_is_not_joined_by_what_can_be_guessed(box, arrive, header):
    first = arrive(mail(PASS, number=1), box)
    reference = Conversation.objects.get(pk=first.conversation_id).reference
    forged = mail(FAIL, number=2, Subject=f"Re: [#{reference}]", **{header: "<1@customers.org>"})
    assert arrive(forged, box).outcome == "opened"
    honest = mail("", number=3, **{header: "<1@customers.org>"})
    assert arrive(honest, box).conversation_id == first.conversation_id


def test_failed_mail_is_joined_by_a_proved_token(box, arrive):
    first = arrive(mail(PASS, number=1), box)
    conversation = Conversation.objects.get(pk=first.conversation_id)
    by_address = mail(FAIL, number=2, To=reply_address("support@example.com", conversation.reference))
    by_id = mail(FAIL, number=3, In_Reply_To=f"<{new_message_id(conversation.reference, 'example.com')}>")
    for raw in (by_address, by_id):
        result = arrive(raw, box)
        assert (result.outcome, result.conversation_id) == ("appended", conversation.pk)
        assert (message_of(result).trust, message_of(result).handle) == ("failed", None)
    assert Customer.objects.count() == 1


def test_signature_is_checked_where_no_border_is_known(cast, mailbox, arrive, monkeypatch):
    monkeypatch.setattr(judging, "keys", Dns("customers.org").lookup())
    good = arrive(signed(mail(number=1), "customers.org"), mailbox)
    assert message_of(good).trust_reasons == ["dkim"]
    broken = arrive(signed(mail(number=2), "customers.org").replace(b"Mail 2", b"Mail 9"), mailbox)
    assert (message_of(broken).trust, message_of(broken).trust_reasons) == ("unknown", ["signature_broken"])
    assert Handle.objects.get().verification == Verification.STRONG


def test_old_mail_asks_nobody_for_keys(cast, mailbox, arrive, monkeypatch):
    dns = Dns("customers.org")
    monkeypatch.setattr(judging, "keys", dns.lookup())
    arrive(signed(mail(), "customers.org"), mailbox, is_silent=True)
    assert dns.asked == []


def test_name_of_a_colleague_is_noticed(box, arrive):
    result = arrive(mail(sender="Anna Ferri <anna@evil.net>"), box)
    assert message_of(result).trust_reasons == ["name_of_ours"]
    assert message_of(arrive(mail(sender="Anna Ferri <anna@example.com>", number=2), box)).trust_reasons == []


def test_spam_of_the_border_is_known_by_the_message(box, arrive):
    result = arrive(mail(PASS, X_Spam_Flag="YES"), box)
    assert (result.outcome, message_of(result).spam) == ("opened", "border")
    [event] = StoredEvent.objects.filter(type="message.received")
    assert event.attrs["spam"] == "border"
    assert Handle.objects.get().verification == Verification.WEAK


def test_answer_that_the_border_takes_for_spam_stays_in_its_conversation(box, arrive):
    first = arrive(mail(PASS, number=1), box)
    answer = arrive(mail(PASS, number=2, X_Spam_Flag="YES", In_Reply_To="<1@customers.org>"), box)
    assert answer.conversation_id == first.conversation_id
    assert message_of(answer).spam == "border"
    assert "spam" not in StoredEvent.objects.filter(type="message.received").order_by("id").last().attrs


def test_blocked_sender_begins_a_conversation_of_its_own(box, arrive, cast):
    first = arrive(mail(number=1), box)
    block = block_sender("Carla@Customers.org", author=cast.marco, why="Only advertises")
    again = arrive(mail(number=2, In_Reply_To="<1@customers.org>"), box)
    assert again.conversation_id != first.conversation_id
    assert (message_of(again).spam, message_of(again).block) == ("blocked", block)
    assert message_of(arrive(mail(sender="other@customers.org", number=3), box)).spam == ""
    lift_block(block, author=cast.anna)
    assert message_of(arrive(mail(number=4), box)).spam == ""
    assert [one.type for one in StoredEvent.objects.filter(type__startswith="sender.").order_by("id")] == [
        "sender.blocked",
        "sender.unblocked",
    ]


def test_domain_block_covers_all_below_it(box, arrive, cast):
    block_sender("x@spam.example", author=cast.lena, whole_domain=True)
    senders = {"a@spam.example": "blocked", "b@mail.spam.example": "blocked", "c@notspam.example": ""}
    for number, (sender, spam) in enumerate(senders.items()):
        assert message_of(arrive(mail(sender=sender, number=number), box)).spam == spam


def test_same_sender_is_blocked_once_and_anew_after_lifting(box, cast):
    block = block_sender("a@spam.example", author=cast.marco)
    assert block_sender("A@spam.example", author=cast.anna) == block
    lift_block(block, author=cast.marco)
    lift_block(block, author=cast.anna)
    assert SenderBlock.objects.get().lifted_by == cast.marco
    assert block_sender("a@spam.example", author=cast.anna) != block


@pytest.mark.parametrize(
    ("who", "address", "whole_domain", "words"),
    [
        ("marco", "support@example.com", False, "one of our own mailboxes"),
        ("marco", "anna@example.com", False, "belongs to a colleague"),
        ("marco", "x@spam.example", True, "Only leads"),
        ("lena", "x@example.com", True, "your own organisation"),
        ("lena", "x@gmail.com", True, "Too many people"),
        ("lena", "com", True, "no domain"),
        ("lena", "x@not a domain", True, "no domain"),
        ("marco", "nobody", False, "no mail address"),
        ("marco", "", False, "no mail address"),
    ],
)
def test_who_may_not_be_blocked_is_refused(box, cast, who, address, whole_domain, words):
    with pytest.raises(Refusal, match=words):
        block_sender(address, author=getattr(cast, who), whole_domain=whole_domain)
    assert not SenderBlock.objects.exists()


def test_public_address_and_new_colleagues_are_ours_at_once(box, cast):
    judging.our_people()
    Organisation.objects.update(public_address="https://help.shop.example:8443/desk")
    forget_organisation()
    User.objects.create(email="new@partner.example", name="New")
    for address in ("x@shop.example", "x@partner.example"):
        with pytest.raises(Refusal, match="your own organisation"):
            block_sender(address, author=cast.lena, whole_domain=True)
    with pytest.raises(Refusal, match="belongs to a colleague"):
        block_sender("New@partner.example", author=cast.marco)


def test_block_of_a_domain_is_lifted_by_leads(box, cast):
    block = block_sender("spam.example", author=cast.lena, whole_domain=True)
    with pytest.raises(Refusal, match="Only leads"):
        lift_block(block, author=cast.marco)
