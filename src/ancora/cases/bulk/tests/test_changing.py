"""Many cases are changed as one: each by the command of a single change, none skipped in silence."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError

from ancora.cases.bulk.commands import AT_ONCE, begin_bulk, stop_bulk, undo_bulk
from ancora.cases.bulk.jobs import go_on, go_on_with_interrupted
from ancora.cases.bulk.models import BulkChange
from ancora.cases.bulk.queries import STANDS_STILL, standing_of_bulk, standing_still
from ancora.cases.bulk.wanted import make_wanted
from ancora.cases.bulk.working import work_off
from ancora.cases.commands import add_tag, assign_case, create_tag, merge_cases, resolve_case, set_priority, wait_on
from ancora.cases.models import Case, Outcome
from ancora.cases.queries import tags_of, timeline
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import events_after


def told(cast, bulk):
    return standing_of_bulk(cast.lena, bulk)


def test_each_case_is_changed_in_the_persons_name(cases, change, cast):
    tag = create_tag("leak", actor=Actor.human(cast.lena))
    five = cases()
    bulk = change(five, "priority-4", f"tag-{tag.pk}", "owner-me", "waiting-customer")
    for case in Case.objects.filter(pk__in=[one.pk for one in five]):
        assert (case.priority, case.owner, case.status, case.waiting_on) == (4, cast.lena, "waiting", "customer")
        assert tags_of(case) == [tag]
        assert {entry.who for entry in timeline(cast.lena, case) if entry.change}.issuperset({"Lena Vogt"})
    standing = told(cast, bulk)
    assert (standing.cases, standing.changed, standing.waiting, standing.may_undo) == (5, 5, 0, True)
    assert standing.words == ["Priority: urgent", "Tag: leak", "Owner: me", "Wait on: customer"]


def test_undo_brings_back_what_nobody_changed_since_and_names_the_rest(cases, change, cast):
    lena, five = Actor.human(cast.lena), cases()
    leak, old = create_tag("leak", actor=lena), create_tag("old", actor=lena)
    add_tag(five[0], tag=old, actor=lena)
    assign_case(five[1], owner=cast.stan, actor=lena)
    wait_on(five[2], on="third_party", until=clock.now() + STANDS_STILL * 1000, actor=lena)
    resolve_case(five[3], outcome=Outcome.objects.first(), actor=lena)
    fields = "status", "waiting_on", "waits_until", "owner", "team", "priority", "outcome"
    before = list(Case.objects.order_by("pk").values(*fields))
    repairs = Team.objects.create(name="Repairs")
    Membership.objects.create(team=repairs, user=cast.marco)
    codes = "priority-3", f"tag-{leak.pk}", f"untag-{old.pk}", f"team-{repairs.pk}", "trash-yes"
    bulk = change(five, *codes)
    # The team released an owner who is not in it.
    assert Case.objects.get(pk=five[1].pk).owner is None
    set_priority(five[4], priority=1, actor=Actor.human(cast.stan))
    for _twice in range(2):
        undo_bulk(bulk, author=cast.lena)
        work_off(bulk)
    after = list(Case.objects.order_by("pk").values(*fields))
    changed_since = five[4].pk
    position = list(Case.objects.order_by("pk").values_list("pk", flat=True)).index(changed_since)
    assert after[position] == {**before[position], "priority": 1}
    assert after[:position] + after[position + 1 :] == before[:position] + before[position + 1 :]
    assert tags_of(five[0]) == [old]
    standing = told(cast, bulk)
    assert (standing.back, standing.kept, standing.may_undo) == (4, 1, False)
    [left] = standing.named
    assert (left.case_id, left.why) == (five[4].pk, "changed since: Priority")


def test_what_may_not_be_changed_says_why_and_the_others_are_changed(cases, change, cast, shop):
    one, merged, into, *_rest = cases()
    merge_cases(merged, into=into, author=cast.lena, form_key=uuid4())
    resolve_case(into, outcome=Outcome.objects.first(), actor=Actor.human(cast.lena))
    bulk = change([one, merged, into, shop.hidden], "closed-yes")
    standing = told(cast, bulk)
    # The hidden case is not Lena's to choose.
    assert (standing.cases, standing.changed, standing.refused) == (3, 1, 2)
    assert {item.case_id: item.why for item in standing.named} == {
        one.pk: "Resolve the case first, with an outcome; then it can be closed.",
        merged.pk: f"#{merged.reference} was merged into #{into.reference}. Nothing was changed: open that one.",
    }
    assert Case.objects.get(pk=into.pk).status == "closed"


def test_refused_case_is_left_whole(cases, change, cast):
    one = cases(1)[0]
    bulk = change([one], "priority-4", "closed-yes")
    assert (told(cast, bulk).refused, Case.objects.get(pk=one.pk).priority) == (1, 2)


def test_same_form_twice_is_one_change_and_no_strangers(cases, cast):
    key, ids = uuid4(), [case.pk for case in cases(2)]
    first = begin_bulk(ids, changes=["priority-4"], author=cast.lena, form_key=key)
    assert begin_bulk(ids, changes=["priority-4"], author=cast.lena, form_key=key) == first
    work_off(first)
    work_off(first)
    assert sum(event.type == "case.priority_set" for event in events_after(0)) == 2
    with pytest.raises(Refusal):
        begin_bulk(ids, changes=["priority-4"], author=cast.stan, form_key=key)
    with pytest.raises(Refusal):
        undo_bulk(first, author=cast.stan)
    with pytest.raises(Refusal):
        stop_bulk(first, author=cast.stan)


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ([], "at least one"),
        (["sing-yes"], "no longer offered"),
        (["spam-yes", "open-again"], "exclude each other"),
        (["tag-1", "untag-1"], "exclude each other"),
        (["snooze-yes"], "in the future"),
    ],
)
def test_what_is_no_change_is_refused(cases, cast, codes, words):
    with pytest.raises(Refusal, match=words):
        begin_bulk([cases(1)[0].pk], changes=codes, author=cast.lena, form_key=uuid4())
    assert not BulkChange.objects.exists()


def test_many_are_the_workers_and_go_on_after_a_crash(cases, cast):
    many = cases(AT_ONCE + 1)
    bulk = begin_bulk([one.pk for one in many], changes=["priority-4"], author=cast.lena, form_key=uuid4())
    # Whoever began with it died after three.
    assert work_off(bulk, most=3)
    assert (told(cast, bulk).changed, told(cast, bulk).waiting, bulk in standing_still()) == (3, AT_ONCE - 2, False)
    BulkChange.objects.update(moved_at=clock.now() - STANDS_STILL * 2)
    assert standing_still() == [bulk]
    go_on_with_interrupted()
    go_on(bulk_id=bulk.pk)
    assert Case.objects.filter(priority=4).count() == AT_ONCE + 1
    assert standing_still() == []
    assert sum(event.type == "bulk.ended" for event in events_after(0)) == 1


def test_stopped_leaves_the_rest_and_what_was_done_goes_back(cases, cast):
    five = cases()
    bulk = begin_bulk([one.pk for one in five], changes=["priority-4"], author=cast.lena, form_key=uuid4())
    work_off(bulk, most=2)
    stop_bulk(bulk, author=cast.lena)
    work_off(bulk)
    standing = told(cast, BulkChange.objects.get())
    assert (standing.changed, standing.waiting, standing.bulk.is_under_way) == (2, 3, False)
    undo_bulk(bulk, author=cast.lena)
    work_off(bulk)
    assert not Case.objects.filter(priority=4).exists()
    assert told(cast, bulk).back == 2


def test_rights_lost_meanwhile_are_lost_for_the_rest(cases, cast):
    bulk = begin_bulk([one.pk for one in cases(3)], changes=["priority-4"], author=cast.lena, form_key=uuid4())
    work_off(bulk, most=1)
    cast.lena.is_active = False
    cast.lena.save()
    work_off(bulk)
    assert (told(cast, bulk).changed, told(cast, bulk).refused) == (1, 2)


def test_one_that_breaks_does_not_stop_those_behind_it(cases, cast, change, monkeypatch):
    three = cases(3)

    def breaks(error):
        def wanted(case, bulk):
            if case == three[0]:
                raise error
            make_wanted(case, bulk)

        monkeypatch.setattr("ancora.cases.bulk.working.make_wanted", wanted)

    breaks(OperationalError("the server went away"))
    with pytest.raises(OperationalError):
        change(three, "priority-4")
    breaks(IntegrityError("twice"))
    bulk = change(three, "priority-4")
    assert (told(cast, bulk).changed, told(cast, bulk).refused, bulk.is_under_way) == (2, 1, False)
    assert told(cast, bulk).named[0].why == "something went wrong here, and nothing was changed"
