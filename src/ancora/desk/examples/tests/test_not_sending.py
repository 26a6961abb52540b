"""Nothing that is written in an example is sent: with a real worker, and a mail server that would take it."""

from uuid import uuid4

import pytest

from ancora.cases.commands import (
    forward_from_case,
    move_message_to_case,
    move_message_to_new_case,
    open_case_by_mail,
    reply_to_case,
)
from ancora.cases.models import Case
from ancora.cases.queries import answerable, case_with
from ancora.cases.queries.cases import messages_of
from ancora.cases.splits.commands import split_case
from ancora.conversations.alert_conditions import conditions
from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.write import Upload
from ancora.conversations.health import quarantined, stuck
from ancora.conversations.mailbox_state import arrivals_of, counts_of, departures_of, outbox_of
from ancora.conversations.models import Acknowledgement, Mailbox, Message, Outgoing
from ancora.conversations.outbox import outgoing_in_trouble, recent_outgoing
from ancora.desk.examples.removing import delete_examples
from ancora.desk.tests.conftest import letter
from ancora.platform.errors import Refusal
from ancora.platform.events.dispatcher import drain


def _reply(case, author, **fields):
    answer = answerable(author, case)
    return reply_to_case(
        case, html="<p>We are sorry.</p>", to=answer.to, author=author, answers=answer.message, **fields
    )


def _write_everything(cast, box, examples) -> None:
    """A reply with a file, a forward to a colleague who really is there, a new mail to an invented customer."""
    victor = examples["Victor"]
    _reply(victor, cast.stan, files=[Upload("x.txt", "text/plain", b"x")])
    message = answerable(cast.stan, victor).message
    forward_from_case(victor, message, html="<p>Look</p>", to=[("", "stan@real.example.org")], author=cast.stan)
    to = [("Mara", "mara.lindqvist@post.example")]
    new = open_case_by_mail(mailbox=box, to=to, subject="Cups", html="<p>Two are left.</p>", author=cast.stan)
    assert new.is_example
    drain()


def test_mail_server_gets_the_real_mail_and_none_of_the_examples(cast, box, peer, examples, arrive, site):
    _write_everything(cast, box, examples)
    real = arrive(letter(to="support@example.com"), box)
    # The acknowledgement of a real mail leaves by the same server.
    until(lambda: peer.taken, 20)
    assert rescue() == 0
    until(lambda: Outgoing.objects.filter(state="accepted").exists(), 20)
    assert [recipients for recipients, _text in peer.taken] == [["carla@example.org"]]
    assert Acknowledgement.objects.get().received_id == real.message_id


def test_outbox_health_and_alerts_know_nothing_of_them(cast, box, examples):
    _write_everything(cast, box, examples)
    assert Outgoing.objects.count() == 0
    assert Acknowledgement.objects.count() == 0
    assert outgoing_in_trouble(cast.anna) == recent_outgoing(box, 10) == []
    assert list(conditions()) == []
    assert (stuck().arrivals, stuck().outgoing, stuck().unknown, quarantined()) == (0, 0, 0, 0)
    assert list(arrivals_of(box)) == list(departures_of(box)) == counts_of(box) == []
    assert outbox_of(box) == ([], 0)


def test_reply_is_kept_and_says_that_it_was_not_sent(cast, examples, client_of):
    stan, case = client_of(cast.stan), examples["Mara"]
    address = f"/cases/{case.reference}/"
    form = {"kind": "reply", "to": "mara.lindqvist@post.example", "text": "Two are left.", "form_key": uuid4()}
    for _twice in range(2):
        answer = stan.post(f"{address}reply/", form, headers={"HX-Request": "true"})
        assert answer.status_code == 200, answer.text
        assert "Kept here, not sent: this is an example." in answer["HX-Trigger"].encode().decode("unicode_escape")
    page = stan.get(address).text
    assert page.count("Two are left.") == 1
    assert page.count("not sent: this is an example") == 1
    message = Message.objects.get(reply_text="Two are left.")
    assert "Original mail" not in stan.get(f"/messages/{message.pk}/").text
    for verb in ("retry", "arrived", "forget"):
        assert stan.post(f"/messages/{message.pk}/{verb}/").status_code == 404


def test_examples_are_answered_without_any_mailbox(cast, examples):
    answer = answerable(cast.stan, examples["Mara"])
    assert ([address for _name, address in answer.to], answer.cc) == (["mara.lindqvist@post.example"], [])
    message = _reply(examples["Mara"], cast.stan)
    assert message.from_address.endswith(".example")


def test_program_that_posts_twice_writes_one_reply(cast, examples, program_of):
    program, key = program_of(cast.stan), str(uuid4())
    address = f"/cases/{examples['Mara'].reference}/replies"
    first, again = (program.post(address, {"text": "Yes."}, key=key) for _ in range(2))
    assert first.status_code == again.status_code == 201, first.text
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["outgoing"] is None


@pytest.mark.parametrize("pages", [("/settings/mailboxes/", "/settings/mailboxes/{box}/")])
def test_pages_of_mailboxes_show_nothing_of_them(cast, box, examples, client_of, pages):
    _write_everything(cast, box, examples)
    for page in pages:
        shown = client_of(cast.anna).get(page.format(box=box.pk)).text
        for words in ("Cups", "Nobody came", "lindqvist"):
            assert words not in shown


def test_what_goes_out_of_an_example_stays_one_and_is_not_mixed_with_what_is_real(cast, box, examples, arrive):
    Mailbox.objects.update(acknowledges=False)
    victor = examples["Victor"]
    message = answerable(cast.stan, victor).message
    moved = move_message_to_new_case(message, author=cast.stan)
    whole = next(one for one in examples.values() if len(messages_of(one)) > 1)
    given = {"subject": "", "owner": None, "team": None, "author": cast.stan, "form_key": uuid4()}
    split = split_case(whole, message_ids=[messages_of(whole)[0].pk], **given).into
    for new in (moved, split):
        assert new.is_example
        to = [("Mara", "mara.lindqvist@post.example")]
        reply_to_case(new, html="<p>We are sorry.</p>", to=to, author=cast.stan)
    assert not Outgoing.objects.exists()
    real = Message.objects.get(pk=arrive(letter(to="support@example.com"), box).message_id)
    drain()
    with pytest.raises(Refusal, match="this mail is real"):
        move_message_to_case(real, split, author=cast.stan)
    with pytest.raises(Refusal, match="This message is an example"):
        move_message_to_case(message, case_with(real), author=cast.stan)
    assert move_message_to_case(message, victor, author=cast.stan) == victor
    delete_examples(person=cast.anna)
    assert list(Case.objects.all()) == [case_with(real)]
