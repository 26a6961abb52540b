"""Answers on their way to programs, and what becomes of them there."""

from datetime import timedelta
from itertools import permutations

import pytest

from ancora.conversations.channels.tests.test_contract import is_due
from ancora.conversations.channels.webhook.tests.peer import receipt
from ancora.conversations.commands import send as sending
from ancora.conversations.commands.accounts import save_account
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import send
from ancora.conversations.commands.take_back import take_back
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import Message, Outgoing, Outlet, Recipient
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM


def fate(outgoing: Outgoing) -> tuple[str, str]:
    return Outgoing.objects.get(pk=outgoing.pk).state, Recipient.objects.get(outgoing=outgoing).state


def test_an_answer_goes_back_as_it_is_meant(say, answer, program):
    asked = say(id="m-1")
    outgoing = answer(asked, "Grüße <b>and</b> <a href='https://shop.example/t'>where it is</a>")
    assert outgoing.message.channel == "webhook"
    assert (outgoing.message.subject, outgoing.message.html) == ("", "")
    send(outgoing.pk)
    [[headers, _body]] = program.posts
    [[key, told]] = program.got.items()
    assert (headers["webhook-id"], headers["content-type"]) == (outgoing.message.message_id, "application/json")
    assert {name: told[name] for name in ("type", "id", "thread", "to", "reply_to", "author")} == {
        "type": "message", "id": key, "thread": "t-1", "to": "u-5", "reply_to": "m-1", "author": "Marco Reale",
    }  # fmt: skip
    assert told["text"] == "Grüße and where it is <https://shop.example/t>"
    assert fate(outgoing) == ("accepted", "accepted")
    assert Outlet.objects.count() == 0


def test_files_go_along_those_that_lie_here_too(say, answer, program):
    asked = say(files=[{"name": "bill.pdf", "type": "application/pdf", "content": "QQ=="}])
    new = Upload("lamp.txt", "text/plain", b"B")
    outgoing = answer(asked, enclosed=list(asked.attachments.select_related("file")), files=[new])
    send(outgoing.pk)
    [told] = program.got.values()
    assert [(one["name"], one["content"]) for one in told["files"]] == [("bill.pdf", "QQ=="), ("lamp.txt", "Qg==")]
    assert [one.filename for one in outgoing.message.attachments.all()] == ["bill.pdf", "lamp.txt"]


def test_receipts_only_ever_say_more_in_whatever_order_they_come(say, answer, program):
    asked = say()
    for order in permutations(["delivered", "read", "failed"]):
        outgoing, seen = answer(asked), []
        send(outgoing.pk)
        for status in (order[0], *order):
            say(receipt(outgoing.message.message_id, status))
            seen.append(fate(outgoing)[0])
        first = "bounced" if order[0] == "failed" else "delivered"
        assert seen == [first, first, "delivered", "delivered"]
        assert Recipient.objects.get(outgoing=outgoing).answer == "read"


def test_a_receipt_of_another_account_or_of_nothing_changes_nothing(say, answer, program):
    from ancora.conversations.channels.webhook.tests.samples import SAMPLES

    outgoing = answer(say())
    say(receipt(outgoing.message.message_id, "read"))
    assert fate(outgoing) == ("queued", "queued")
    send(outgoing.pk)
    say(receipt(outgoing.message.message_id, "read"), of=SAMPLES.account())
    say(receipt("msg_unknown", "read"))
    assert fate(outgoing) == ("accepted", "accepted")


def test_what_waits_for_another_try_and_is_there_is_not_sent_again(say, answer, program):
    outgoing = answer(say())
    program.answer_next("broken")
    send(outgoing.pk)
    say(receipt(outgoing.message.message_id, "delivered"))
    is_due(outgoing)
    send(outgoing.pk)
    assert fate(outgoing) == ("delivered", "delivered")
    assert len(program.posts) == 1


def test_a_worker_that_dies_while_it_posts_leaves_a_message_that_is_sent_with_the_same_key(
    say, answer, program, monkeypatch
):
    outgoing = answer(say())
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_settle", lambda *_: (_ for _ in ()).throw(SystemExit))
        with pytest.raises(SystemExit):
            send(outgoing.pk)
    assert fate(outgoing) == ("sending", "sending")
    rescue()
    assert fate(outgoing) == ("queued", "queued")
    is_due(outgoing)
    send(outgoing.pk)
    assert fate(outgoing) == ("accepted", "accepted")
    assert (len(program.posts), len(program.got)) == (2, 1)


def test_what_may_be_there_is_unknown_when_it_is_given_up(say, answer, program):
    outgoing = answer(say())
    program.answer_next("broken")
    send(outgoing.pk)
    Outgoing.objects.update(settled_at=clock.now() - timedelta(days=4))
    is_due(outgoing)
    program.answer_next("later")
    send(outgoing.pk)
    assert fate(outgoing) == ("unknown", "unknown")


def test_what_may_be_there_is_unknown_when_the_next_try_is_refused(say, answer, program):
    outgoing = answer(say())
    program.answer_next("broken")
    send(outgoing.pk)
    is_due(outgoing)
    program.answer_next("refused")
    send(outgoing.pk)
    assert fate(outgoing) == ("unknown", "unknown")


def test_who_asks_for_time_gets_it_and_a_closed_way_holds_up_no_mail(say, answer, program, account):
    outgoing = answer(say())
    program.headers["Retry-After"] = "1800"
    program.answer_next("429")
    send(outgoing.pk)
    outgoing.refresh_from_db()
    assert outgoing.next_at - clock.now() > timedelta(minutes=29)
    account.settings["address"] = "http://10.0.0.1/answers"
    save_account(account, actor=SYSTEM)
    is_due(outgoing)
    send(outgoing.pk)
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.waits_for, outgoing.is_perhaps_there) == ("queued", "server", False)
    assert "inside of a network" in outgoing.error
    assert not Outlet.objects.filter(failures__gt=0).exists()


def test_what_waits_for_an_account_that_is_off_leaves_when_it_is_on_again(say, answer, program, account):
    outgoing = answer(say())
    account.is_active = False
    save_account(account, actor=SYSTEM)
    send(outgoing.pk)
    outgoing.refresh_from_db()
    assert (outgoing.state, outgoing.waits_for) == ("queued", "mailbox")
    account.is_active = True
    save_account(account, actor=SYSTEM)
    send(outgoing.pk)
    assert fate(outgoing) == ("accepted", "accepted")


def test_a_window_that_closes_meanwhile_sends_nothing(say, answer, program, account):
    account.settings["window_hours"] = 1
    save_account(account, actor=SYSTEM)
    asked = say()
    outgoing = answer(asked)
    Message.objects.filter(pk=asked.pk).update(recorded_at=clock.now() - timedelta(hours=2))
    send(outgoing.pk)
    outgoing.refresh_from_db()
    assert (fate(outgoing), program.posts) == (("failed", "failed"), [])
    assert "more than 1 hour ago" in outgoing.error
    with pytest.raises(Refusal, match="more than 1 hour ago"):
        answer(asked)


def test_what_is_too_long_is_refused_before_anything_is_queued(say, answer, account):
    account.settings["most_characters"] = 5
    save_account(account, actor=SYSTEM)
    asked = say()
    with pytest.raises(Refusal, match="at most 5 characters"):
        answer(asked, "Too long")
    assert Outgoing.objects.count() == 0
    assert answer(asked, "Short")


def test_in_an_example_nothing_is_posted(say, answer, program):
    from ancora.conversations.models import Conversation

    asked = say()
    Conversation.objects.update(is_example=True)
    asked.refresh_from_db()
    with pytest.raises(Message.outgoing.RelatedObjectDoesNotExist):
        answer(asked)
    assert Message.objects.filter(direction="out", channel="webhook").count() == 1


def test_what_is_taken_back_before_its_moment_is_never_posted(say, answer, program, cast):
    outgoing = answer(say(), send_at=clock.now() + timedelta(hours=1))
    send(outgoing.pk)
    assert fate(outgoing) == ("queued", "queued")
    take_back(outgoing.message, author=cast.marco)
    Outgoing.objects.update(next_at=clock.now())
    send(outgoing.pk)
    say(receipt(outgoing.message.message_id, "delivered"))
    assert fate(outgoing) == ("taken_back", "taken_back")
    assert program.posts == []


def test_the_days_of_patience_begin_at_the_moment_that_was_chosen(say, answer, program):
    asked, chosen = say(), clock.now()
    with clock.at(chosen - timedelta(days=8)):
        outgoing = answer(asked, send_at=chosen)
    program.answer_next("later")
    send(outgoing.pk)
    assert (len(program.posts), fate(outgoing)) == (1, ("queued", "queued"))
