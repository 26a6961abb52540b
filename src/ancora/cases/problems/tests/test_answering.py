"""One answer to all: each gets an ordinary reply once, and nobody who should not."""

from uuid import uuid4

import pytest

from ancora.cases.commands import add_note, reply_to_case, resolve_case, save_draft, take_back_message
from ancora.cases.commands.drafts import Written
from ancora.cases.models import Case, CommonAnswerItem, Draft, Outcome
from ancora.cases.problems.answering import begin_answer, stop_answer, take_back_answer
from ancora.cases.problems.commands import join_problem, leave_problem
from ancora.cases.problems.jobs import go_on_answering, go_on_with_interrupted_answers
from ancora.cases.problems.models import CommonAnswer
from ancora.cases.problems.recipients import preview, recipients
from ancora.cases.problems.standing import STANDS_STILL, standing_of_answer
from ancora.cases.problems.working import work_off
from ancora.cases.queries import timeline
from ancora.cases.queries.answering import answerable
from ancora.conversations.models import Mailbox, Message, Outgoing
from ancora.customers.models import Handle
from ancora.desk.tests.conftest import letter
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor


def sent() -> list[Message]:
    return list(Message.objects.filter(direction="out").select_related("author", "outgoing").order_by("pk"))


def told(viewer, answer):
    return standing_of_answer(viewer, answer)


def test_each_gets_a_reply_of_its_own_once(cast, outage, answer_all, cases):
    problem, three, key = outage(3), cases(3), uuid4()
    outcome = Outcome.objects.first()
    to = {one.case.pk: one.known for one in recipients(cast.lena, problem) if one.is_usual}
    answers = [answer_all(problem, outcome=outcome, key=key, to=to) for _twice in range(2)]
    assert answers[0] == answers[1]
    mails = sent()
    assert [one.text for one in mails] == [
        f"Dear {name}, about {case}" for name, case in zip(["Carla", "customer", "customer"], three, strict=True)
    ]
    assert {(one.author, one.outgoing.purpose) for one in mails} == {(cast.lena, "reply")}
    assert [one.addresses["to"][0][1] for one in mails] == ["carla@example.org", "c1@example.org", "c2@example.org"]
    assert mails[0].references == ["first@example.org"]
    for case in Case.objects.filter(pk__in=[one.pk for one in three]):
        assert (case.status, case.outcome, case.owner) == ("resolved", outcome, cast.lena)
        assert f"Answered from the problem #{problem.reference}" in [
            entry.change.text for entry in timeline(cast.anna, case) if entry.change
        ]
    entry = timeline(cast.anna, problem)[-1]
    assert (entry.change.text, entry.change.answer) == ("One answer to 3 cases", answers[0].pk)
    assert (told(cast.anna, answers[0]).sent, told(cast.stan, answers[0]).named) == (3, ())


def test_preview_says_who_gets_it_and_why_not_the_others(cast, outage, cases, arrive, shop, django_assert_num_queries):
    problem, six = outage(7), cases(7)
    resolve_case(six[1], outcome=Outcome.objects.first(), actor=Actor.human(cast.lena))
    save_draft(six[2], Written({"text": "Dear"}), author=cast.lena)
    Handle.objects.filter(customer=six[3].customer).update(bounce="hard")
    reply_to_case(six[4], html="<p>Yes</p>", to=[("", "c4@example.org")], author=cast.stan)
    billing = Mailbox.objects.create(name="Billing", address="billing@example.com", sending_paused_at=clock.now())
    arrive(letter(sender="p@example.org", to="billing@example.com", message_id="<p@example.org>"), billing)
    join_problem(Case.objects.latest("pk"), problem, author=cast.lena)
    join_problem(shop.hidden, problem, author=cast.marco)
    found = recipients(cast.lena, problem)
    why = {one.case.pk: one.why or one.doubt for one in found}
    assert len(found) == 8
    assert [why[case.pk] for case in six[1:5]] == [
        "solved already",
        "you have begun to write there",
        "mail to the customer came back",
        "answered already, and the customer has not written since",
    ]
    assert why[Case.objects.latest("pk").pk] == "the mailbox is paused"
    assert [one.case for one in found if one.is_usual] == [six[6], six[5], six[0]]
    seen = preview(cast.lena, found, {six[0].pk, six[1].pk, six[3].pk, six[5].pk}, "<p>Dear {first name}</p>")
    assert [one.case for one in seen.gets] == [six[0]]
    assert seen.read[0][1] == "<p>Dear Carla</p>"
    assert {one.case: one.why for one in seen.misses} == {
        six[1]: "nothing is known for {first name}, and no fallback is written",
        six[3]: "mail to the customer came back",
        six[5]: "nothing is known for {first name}, and no fallback is written",
    }
    with django_assert_num_queries(6):
        recipients(cast.lena, problem)


def test_whoever_wrote_after_the_preview_is_held_back_and_named(cast, outage, answer_all, cases, arrive, shop):
    problem, four = outage(4), cases(4)
    seen = {one.case.pk: one.known for one in recipients(cast.lena, problem)}
    mail = letter(sender="c1@example.org", subject="Re: S1", text="Forget it", message_id="<late@example.org>")
    mail["In-Reply-To"] = "<b1@example.org>"
    arrive(mail, shop.mailbox)
    add_note(four[2], text="Do not answer", author=cast.stan)
    leave_problem(four[3], problem, author=cast.stan)
    answer = begin_answer(problem, html="<p>Fixed</p>", to=seen, author=cast.lena, form_key=uuid4())
    # Between the first and the second, one more leaves the problem.
    join_problem(four[3], problem, author=cast.stan)
    while work_off(answer):
        pass
    standing = told(cast.lena, answer)
    assert (standing.sent, standing.held, standing.refused) == (1, 2, 0)
    assert {item.case_id: item.why for item in standing.named} == {
        four[1].pk: "c1@example.org wrote meanwhile: read it, and answer there",
        four[2].pk: "Stan Meyer acted there meanwhile: look at it, and answer there",
    }
    assert [one.addresses["to"][0][1] for one in sent()] == ["carla@example.org"]


def test_what_a_crash_interrupted_goes_on_and_nobody_gets_it_twice(cast, outage, answer_all, monkeypatch):
    problem = outage(3)
    answer = answer_all(problem, is_begun=True)
    work_off(answer, most=1)
    # The next one dies after the reply was queued, before the item says so.
    monkeypatch.setattr("ancora.cases.problems.working.publish", lambda *a, **k: (_ for _ in ()).throw(SystemExit()))
    with pytest.raises(SystemExit):
        work_off(answer, most=1)
    monkeypatch.undo()
    assert len(sent()) == 1
    CommonAnswer.objects.update(moved_at=clock.now() - STANDS_STILL * 2)
    go_on_with_interrupted_answers()
    go_on_answering(answer.pk)
    go_on_answering(answer.pk)
    assert len(sent()) == 3
    answer.refresh_from_db()
    assert answer.ended_at
    # Should an item not know that it was sent, the reply is found by its key.
    CommonAnswerItem.objects.update(state="waiting", message=None)
    CommonAnswer.objects.update(ended_at=None)
    work_off(answer)
    assert len(sent()) == 3


def test_stopped_and_taken_back_before_it_left(cast, outage, answer_all, cases):
    cast.lena.undo_seconds = 30
    cast.lena.save()
    problem, four = outage(4), cases(4)
    answer = answer_all(problem, outcome=Outcome.objects.first(), is_begun=True)
    work_off(answer, most=3)
    with pytest.raises(Refusal, match="Only who began it"):
        stop_answer(answer, author=cast.stan)
    stop_answer(answer, author=cast.lena)
    assert not work_off(answer)
    standing = told(cast.lena, answer)
    assert (standing.sent, standing.waiting, standing.may_take_back) == (3, 1, True)
    one = sent()[0]
    take_back_message(four[0], one, author=cast.lena)
    assert Draft.objects.get(message=None).written["text"] == f"<p>Dear Carla, about {four[0]}</p>"
    gone = sent()[2]
    Outgoing.objects.filter(message=gone).update(state="accepted")
    for _twice in range(2):
        take_back_answer(answer, author=cast.lena)
        while work_off(answer):
            pass
    answer.refresh_from_db()
    standing = told(cast.lena, answer)
    assert (standing.back, standing.sent, standing.may_take_back) == (1, 2, False)
    assert [Case.objects.get(pk=case.pk).status for case in four] == ["open", "open", "resolved", "open"]
    assert Draft.objects.filter(message=None).count() == 1


@pytest.mark.parametrize(
    ("html", "words"),
    [("<p> </p>", "empty"), ("<p>{frist name}</p>", "no placeholder"), ("<p>" + "x" * 100_001 + "</p>", "too long")],
)
def test_text_that_cannot_be_sent_is_refused(cast, outage, answer_all, html, words):
    with pytest.raises(Refusal, match=words):
        answer_all(outage(1), html)


def test_observer_and_stranger_answer_nobody(cast, outage, shop):
    problem = outage(1)
    join_problem(shop.hidden, problem, author=cast.marco)
    to = {one.case.pk: one.known for one in recipients(cast.marco, problem)}
    assert len(to) == 2
    given = {"html": "<p>x</p>", "to": to, "form_key": uuid4()}
    with pytest.raises(Refusal, match="Observers"):
        begin_answer(problem, author=cast.olga, **given)
    answer = begin_answer(problem, author=cast.stan, **given)
    assert [item.case_id for item in answer.items.all()] == [shop.case.pk]
    with pytest.raises(Refusal, match="at least one case"):
        begin_answer(problem, author=cast.stan, **{**given, "to": {}, "form_key": uuid4()})


def test_one_that_breaks_does_not_stop_those_behind_it(cast, outage, answer_all, cases, monkeypatch):
    problem, [first, *_others] = outage(3), cases(3)

    def breaks(author, case):
        if case == first:
            raise KeyError("broken")
        return answerable(author, case)

    monkeypatch.setattr("ancora.cases.problems.working.answerable", breaks)
    standing = told(cast.lena, answer_all(problem))
    assert (standing.sent, standing.refused, standing.named[0].case) == (2, 1, first)
    assert standing.named[0].why == "something went wrong here, and nothing was changed"


def test_form_that_was_changed_after_it_was_sent_is_refused(cast, outage, answer_all, cases):
    problem, key = outage(3), uuid4()
    known = {one.case.pk: one.known for one in recipients(cast.lena, problem)}
    two = dict(list(known.items())[:2])
    first = answer_all(problem, "<p>Fixed</p>", to=two, key=key)
    assert answer_all(problem, "<p>Fixed</p>", to=two, key=key) == first
    for html, to in (("<p>Not yet</p>", two), ("<p>Fixed</p>", known), ("<p>Fixed</p>", dict([*two.items()][:1]))):
        with pytest.raises(Refusal, match="sent before"):
            answer_all(problem, html, to=to, key=key)
    assert len(sent()) == 2
