"""A merge is undone: what goes back, in whatever order, and what two people at once do."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.http import Http404

from ancora.cases.commands import (
    MergedMeanwhile,
    add_note,
    add_tag,
    assign_case,
    change_customer_of_case,
    create_default_outcomes,
    create_tag,
    remove_tag,
    resolve_case,
    set_priority,
    undo_merge,
    wait_on,
)
from ancora.cases.models import Case, CaseConversation, CaseMerge, Outcome
from ancora.cases.queries import (
    case_for,
    case_with,
    merge_for,
    merge_of,
    merging_of,
    tags_of,
    timeline,
    unmerging_of,
)
from ancora.cases.queries.cases import conversation_ids_of
from ancora.cases.tests.merged import answer_to, case, merge, texts_of, three, undo, words_of
from ancora.cases.tests.test_road import letter
from ancora.conversations.models import Conversation, Mailbox, Message
from ancora.customers.commands import create_customer
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import events_after
from ancora.testing.threads import Aside

__all__ = ["three"]


def test_undo_takes_back_what_came_and_what_arrived_meanwhile(three, mailbox, arrive):
    add_note(case(1003), text="She called", author=three.anna)
    assign_case(case(1003), owner=three.marco, actor=Actor.human(three.marco))
    wait_on(case(1003), on="third_party", actor=Actor.human(three.marco))
    before = Case.objects.filter(reference=1001).values("excerpt", "last_message_at", "mailbox_ids", "status", "owner")
    before = before.get()
    merge(1003, 1001, three)
    assert case(1001).owner == three.marco
    robot = answer_to(1003, "I am away.", Auto_Submitted="auto-replied")
    arrive(robot, mailbox)
    assert texts_of(1001, three.anna)[-1] == "I am away."
    told = unmerging_of(merge_of(three.anna, 1003))
    assert (told.messages, told.newer, told.notes, told.is_woken) == (2, 1, 1, False)
    for _ in range(2):
        back = undo_merge(CaseMerge.objects.get(), author=three.lena)
    assert (back.status, back.waiting_on, back.owner) == ("waiting", "third_party", three.marco)
    assert texts_of(1003, three.anna) == ["Still leaking.", "She called", "I am away."]
    assert texts_of(1001, three.anna) == ["It leaks again."]
    assert Case.objects.filter(reference=1001).values(*before).get() == before
    assert words_of(1001, three.anna).count("#1003 taken out again") == 1
    assert "Taken out of #1001 again" in words_of(1003, three.anna)
    assert not any(entry.change.merge for entry in timeline(three.anna, case(1001)) if entry.change)
    later = answer_to(1003, "And now?")
    arrive(later, mailbox)
    assert case_with(Message.objects.latest("pk")) == case(1003)


def test_what_waits_until_a_moment_comes_back_by_then_in_the_survivor(three):
    create_default_outcomes()
    marco, now = Actor.human(three.marco), clock.now()
    soon, late = now + timedelta(hours=2), now + timedelta(days=2)
    wait_on(case(1003), on="customer", until=soon, actor=marco)
    resolve_case(case(1001), outcome=Outcome.objects.first(), actor=marco)
    merge(1003, 1001, three)
    assert (case(1001).status, case(1001).waiting_on, case(1001).waits_until) == ("waiting", "customer", soon)
    assert unmerging_of(merge_of(three.anna, 1003)).standing.waits_until == soon
    undo(1003, three)
    assert (case(1001).status, case(1003).waits_until) == ("resolved", soon)
    wait_on(case(1001), on="us", until=late, actor=marco)
    assert merging_of(case(1003), case(1001)).changes == {"waits_until"}
    merge(1003, 1001, three)
    assert (case(1001).waiting_on, case(1001).waits_until) == ("us", soon)
    undo(1003, three)
    assert (case(1001).waiting_on, case(1001).waits_until) == ("us", late)
    with clock.at(late):
        merge(1003, 1001, three)
    assert case(1001).status == "open"


def test_customer_who_wrote_meanwhile_wakes_the_case_that_goes_back(three, mailbox, arrive):
    create_default_outcomes()
    resolve_case(case(1003), outcome=Outcome.objects.first(), actor=Actor.human(three.marco))
    merge(1003, 1001, three)
    arrive(answer_to(1003, "It leaks once more"), mailbox)
    assert unmerging_of(merge_of(three.anna, 1003)).is_woken
    assert undo(1003, three).status == "open"


def test_what_somebody_changed_since_stays_when_a_merge_is_undone(three):
    actor = Actor.human(three.marco)
    set_priority(case(1003), priority=4, actor=actor)
    assign_case(case(1003), owner=three.marco, actor=actor)
    merge(1003, 1001, three)
    set_priority(case(1001), priority=3, actor=actor)
    assign_case(case(1001), owner=three.anna, actor=actor)
    undo(1003, three)
    assert (case(1001).priority, case(1001).owner) == (3, three.anna)
    assert (case(1003).priority, case(1003).owner) == (4, three.marco)


def test_tags_are_united_and_go_back(three):
    actor = Actor.human(three.marco)
    leak, money, urgent = (create_tag(word, actor=actor) for word in ("leak", "money", "urgent"))
    for reference, tag in ((1001, leak), (1003, leak), (1003, money), (1002, urgent)):
        add_tag(case(reference), tag=tag, actor=actor)
    merge(1003, 1002, three)
    merge(1002, 1001, three)
    assert tags_of(case(1001)) == [leak, money, urgent]
    undo(1003, three)
    assert tags_of(case(1001)) == [leak, urgent]
    assert tags_of(case(1003)) == [leak, money]
    remove_tag(case(1001), tag=urgent, actor=actor)
    undo(1002, three)
    assert (tags_of(case(1001)), tags_of(case(1002))) == ([leak], [urgent])


def test_chain_comes_apart_in_any_order(three, mailbox, arrive):
    merge(1003, 1002, three)
    merge(1002, 1001, three)
    assert [case_for(three.anna, reference).reference for reference in (1001, 1002, 1003)] == [1001] * 3
    assert texts_of(1001, three.anna) == ["It leaks again.", "Two invoices.", "Still leaking."]
    assert unmerging_of(merge_of(three.anna, 1002)).parts == [1003]
    undo(1003, three)
    assert texts_of(1001, three.anna) == ["It leaks again.", "Two invoices."]
    assert words_of(1003, three.anna)[-1] == "Taken out of #1001 again"
    assert words_of(1001, three.anna)[-1] == "#1003 taken out again"
    merge(1003, 1001, three)
    undo(1002, three)
    assert [texts_of(one, three.anna) for one in (1001, 1002)] == [
        ["It leaks again.", "Still leaking."],
        ["Two invoices."],
    ]
    undo(1003, three)
    merge(1003, 1002, three)
    merge(1002, 1001, three)
    undo(1002, three)
    assert case_for(three.anna, 1003).reference == 1002
    assert Conversation.objects.get(pk=conversation_ids_of(case(1002))[0]).reference == 1002
    assert texts_of(1002, three.anna) == ["Two invoices.", "Still leaking."]


def test_merging_back_the_other_way_works(three):
    merge(1003, 1001, three)
    undo(1003, three)
    merge(1001, 1003, three)
    assert case_for(three.anna, 1001).reference == 1003
    assert CaseConversation.objects.filter(until__isnull=True, case=case(1003)).count() == 2


def test_customer_given_to_the_whole_goes_back_with_the_parts(three):
    bruno = case(1002).customer
    merge(1002, 1001, three)
    dario = create_customer(name="Dario Conti", email="", phone="", actor=Actor.human(three.anna))
    change_customer_of_case(case(1001), customer=dario, author=three.anna)
    given = Conversation.objects.get(reference=1002)
    assert given.customer == dario
    undo(1002, three)
    given.refresh_from_db()
    assert (given.customer, case(1002).customer) == (bruno, bruno)


def test_double_post_merges_once_and_undoes_once(three):
    key = uuid4()
    first, second = (merge(1003, 1001, three, form_key=key) for _ in range(2))
    assert first == second
    undo_merge(first, author=three.marco)
    undo_merge(second, author=three.marco)
    types = [event.type for event in events_after(0) if event.type in ("case.merged", "case.unmerged")]
    assert types == ["case.merged", "case.unmerged"]


def test_two_people_who_merge_crosswise_at_once_merge_once(three):
    def go(pair):
        try:
            return merge(*pair, three).pk
        except MergedMeanwhile:
            return None

    went = [aside.result() for aside in [Aside(go, pair) for pair in ((1001, 1003), (1003, 1001))]]
    assert sorted(one is None for one in went) == [False, True]
    assert Case.objects.filter(status="merged").count() == 1
    same = [aside.result() for aside in [Aside(undo_merge_of, CaseMerge.objects.get().pk, three) for _ in range(2)]]
    assert same[0] == same[1]
    assert CaseConversation.objects.filter(until__isnull=True).count() == 3


@pytest.mark.parametrize(("part", "root", "target"), [(1001, 1003, 1002), (1003, 1001, 1002)])
def test_part_that_leaves_while_the_whole_is_merged_leaves_or_is_told(three, part, root, target):
    made = merge(part, root, three).pk

    def leave():
        try:
            return undo_merge_of(made, three)
        except Refusal as refusal:
            return str(refusal)

    both = [Aside(leave), Aside(merge, root, target, three)]
    left, whole = (aside.result() for aside in both)
    assert left == case(part).pk or "look again" in left
    assert whole.into == case(target)
    on_its_own = left == case(part).pk
    assert case(part).merged_into == (None if on_its_own else case(target))
    assert len(conversation_ids_of(case(target))) == (2 if on_its_own else 3)


def undo_merge_of(pk: int, cast) -> int:
    return undo_merge(CaseMerge.objects.select_related("case__merged_into").get(pk=pk), author=cast.marco).pk


def test_who_sees_one_mailbox_sees_the_merged_case_and_undo_hides_it_again(three, arrive):
    team, box = Team.objects.create(name="Board"), Mailbox.objects.create(name="Board", address="board@example.com")
    box.teams.add(team)
    Membership.objects.create(team=team, user=three.marco)
    arrive(letter("Secret", "Psst", to="board@example.com", message_id="<s@x.example>"), box)
    secret = Case.objects.get(subject="Secret").reference
    told = merging_of(case(secret), case(1001))
    assert told.opens_mailboxes
    made = merge(secret, 1001, three)
    assert case_for(three.stan, secret).reference == 1001
    undo_merge(made, author=three.marco)
    assert case(1001).mailbox_ids != case(secret).mailbox_ids == [box.pk]
    with pytest.raises(Http404):
        case_for(three.stan, secret)
    with pytest.raises(Http404):
        merge_for(three.stan, made.pk)
    merge(1001, secret, three)
    assert case_for(three.stan, 1001).reference == secret


def test_merge_is_recorded_with_ids_alone(three):
    merge(1003, 1002, three)
    merge(1002, 1001, three)
    undo(1003, three)
    told = [event for event in events_after(0) if event.type in ("case.merged", "case.unmerged")]
    assert [(event.type, event.attrs) for event in told] == [("case.merged", {})] * 2 + [("case.unmerged", {})]
    assert (told[0].actor_id, told[2].actor_id) == (three.marco.pk, three.lena.pk)
    ids = {field: pk for field, _kind, pk in told[2].objects}
    assert (ids["case_id"], ids["survivor_id"], ids["holder_id"]) == (case(1003).pk, case(1002).pk, case(1001).pk)
