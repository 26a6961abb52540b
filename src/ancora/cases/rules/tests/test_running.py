"""Rules at work: what they change, once for each cause, in their order, by their name, and within their bounds."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import add_tag, assign_case, create_tag, reply_to_case, resolve_case, set_priority
from ancora.cases.models import Case, Notification, Outcome
from ancora.cases.queries import tags_of, timeline
from ancora.cases.rules.by_time import run_rules_of_time
from ancora.cases.rules.commands import forget_old_runs, resume_rule, switch_rule
from ancora.cases.rules.models import RuleRun
from ancora.cases.rules.running import MOST_STEPS, run_rules
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.publishing import Published
from ancora.platform.events.registry import want_to_be_alone


@pytest.fixture
def calm(shop):
    """Whatever the shop's beginning told is handled."""
    drain()
    return shop


@pytest.fixture
def tag(cast):
    return lambda label: create_tag(label, actor=Actor.human(cast.anna))


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def states(rule) -> list[str]:
    return list(rule.runs.order_by("id").values_list("state", flat=True))


def test_rule_changes_a_case_and_stands_in_its_timeline_by_its_name(calm, cast, rule, tag):
    team = Team.objects.create(name="Repairs")
    outcome = Outcome.objects.first()
    every = ["priority-4", f"tag-{tag('wet').pk}", f"team-{team.pk}", f"owner-{cast.stan.pk}", f"resolved-{outcome.pk}"]
    made = rule(changes=[*every[:4], "waiting-customer"], conditions="tag:leak is:open from:carla -tag:done")
    add_tag(calm.case, tag=tag("other"), actor=Actor.human(cast.marco))
    drain()
    assert states(made) == ["unfit"]
    add_tag(calm.case, tag=tag("leak"), actor=Actor.human(cast.marco))
    drain()
    case = now(calm.case)
    assert (case.priority, case.team, case.owner, case.status) == (4, team, cast.stan, "waiting")
    assert [str(one) for one in tags_of(case)] == ["leak", "other", "wet"]
    by = {one.who for one in timeline(cast.marco, case) if one.change and one.change.type == "case.priority_set"}
    assert by == {"Rule “Leaks are urgent”"}
    assert states(made) == ["unfit", "changed"]
    assert set(made.runs.last().changes) == {*every[:4], "waiting-customer"}


def test_rule_writes_an_internal_note_in_its_name(calm, cast, rule, program_of):
    rule(trigger="owner", changes=[], note="Ask for the <serial number>.\nThen call.")
    assign_case(calm.case, owner=cast.stan, actor=Actor.human(cast.marco))
    drain()
    [note] = [one for one in timeline(cast.marco, now(calm.case)) if one.note]
    assert note.who == "Rule “Leaks are urgent”"
    assert note.note.html == "<p>Ask for the &lt;serial number&gt;.</p><p>Then call.</p>"
    kinds = set(Notification.objects.filter(person=cast.stan).values_list("kind", flat=True))
    assert kinds == {"assigned", "noted"}
    told = program_of(cast.marco).get(f"/cases/{calm.case.reference}").json()["timeline"]
    assert [one["note"]["rule"] for one in told if one["note"]] == [note.note.rule_id]


def test_words_are_looked_for_in_the_message_that_came(calm, arrive, rule):
    opened = rule(trigger="opened", words="leaks, drips", changes=["priority-3"])
    wrote = rule(trigger="wrote", words="furious", changes=["priority-4"])
    arrive(letter(subject="Water", text="It DRIPS all night.", message_id="<w@example.org>"), calm.mailbox)
    arrive(letter(subject="Bill", text="Twice.", message_id="<b@example.org>"), calm.mailbox)
    drain()
    assert states(opened) == ["changed", "unfit"]
    answer = letter(subject="Re: The grinder leaks", text="I am furious.\n\n> calm", message_id="<f@example.org>")
    answer["In-Reply-To"] = "<first@example.org>"
    arrive(answer, calm.mailbox)
    away = letter(subject="Re: The grinder leaks", text="Away, and furious.", message_id="<a@example.org>")
    away["In-Reply-To"], away["Auto-Submitted"] = "<first@example.org>", "auto-replied"
    arrive(away, calm.mailbox)
    drain()
    assert states(wrote) == ["changed"]
    assert now(calm.case).priority == 4


def test_same_event_delivered_again_has_no_further_effect(calm, cast, rule, tag):
    from ancora.cases.events import CaseTagged

    made = rule()
    leak = tag("leak")
    told = Published(77, CaseTagged(case_id=calm.case.pk, tag_id=leak.pk), Actor.human(cast.marco), clock.now())
    run_rules(told)
    set_priority(calm.case, priority=1, actor=Actor.human(cast.marco))
    run_rules(told)
    assert now(calm.case).priority == 1
    assert states(made) == ["changed"]


def test_rules_run_in_their_order_on_what_the_one_before_has_left(calm, cast, rule, tag):
    first = rule(name="First")
    second = rule(name="Second", conditions="priority:urgent", changes=["waiting-us"])
    third = rule(name="Third", conditions="priority:low", changes=["closed-yes"])
    fourth = rule(name="Fourth", changes=["closed-yes"])
    add_tag(calm.case, tag=tag("leak"), actor=Actor.human(cast.marco))
    drain()
    assert [states(one) for one in (first, second, third, fourth)] == [
        ["changed"], ["changed"], ["unfit"], ["refused"],
    ]  # fmt: skip
    assert "Resolve the case first" in fourth.runs.get().why
    assert now(calm.case).status == "waiting"


def test_rule_is_not_moved_by_its_own_change_and_a_chain_ends(calm, cast, rule, tag):
    own = rule(trigger="priority", name="Own", changes=["priority-1"], most_on_case=50)
    set_priority(calm.case, priority=3, actor=Actor.human(cast.marco))
    drain()
    assert states(own) == ["changed"]
    switch_rule(own, is_active=False, author=cast.anna)
    up = rule(trigger="priority", name="Up", conditions="priority:low", changes=["priority-4"], most_on_case=50)
    down = rule(trigger="priority", name="Down", conditions="priority:urgent", changes=["priority-1"], most_on_case=50)
    set_priority(calm.case, priority=4, actor=Actor.human(cast.marco))
    drain()
    ran = RuleRun.objects.filter(rule__in=[up, down], state="changed")
    assert sorted(ran.values_list("steps", flat=True)) == list(range(1, MOST_STEPS + 1))
    assert RuleRun.objects.filter(rule__in=[up, down], state="cut").count() == 1
    # A person's next change begins a new chain.
    for priority in (2, 4):
        set_priority(calm.case, priority=priority, actor=Actor.human(cast.marco))
        drain()
    assert ran.filter(steps=1).count() == 2


def test_rule_that_runs_too_often_is_paused_until_an_administrator_lets_it_go_on(calm, cast, rule, client_of):
    made = rule(trigger="priority", changes=["waiting-customer"], most_on_case=2)
    for priority in (3, 4, 3, 4):
        set_priority(calm.case, priority=priority, actor=Actor.human(cast.marco))
        drain()
        case = now(calm.case)
        if case.status == "waiting":
            from ancora.cases.commands import reopen_case

            reopen_case(case, actor=Actor.human(cast.marco))
    made.refresh_from_db()
    assert states(made) == ["changed", "changed", "paused"]
    assert made.paused_why == "case"
    told = Notification.objects.get()
    assert (told.person, told.rule) == (cast.anna, made)
    assert "is paused" in client_of(cast.anna).get("/notifications/").content.decode()
    resume_rule(made, author=cast.anna)
    set_priority(calm.case, priority=3, actor=Actor.human(cast.marco))
    drain()
    assert states(made)[-1] == "changed"


def test_rule_pauses_when_it_runs_too_often_in_all(calm, cast, rule, arrive):
    made = rule(trigger="opened", most_an_hour=2)
    for number in range(4):
        arrive(letter(subject=f"S{number}", message_id=f"<n{number}@example.org>"), calm.mailbox)
    drain()
    made.refresh_from_db()
    assert states(made) == ["changed", "changed", "paused"]
    assert made.paused_why == "hour"


def test_time_runs_a_rule_once_for_each_moment(calm, cast, rule, arrive):
    outcome = Outcome.objects.first()
    close = rule(name="Close", trigger="since_resolved", hours=48, changes=["closed-yes"], conditions="is:resolved")
    silent = rule(name="Silent", trigger="since_message", hours=72, changes=["priority-3"], conditions="is:open")
    start = clock.now()
    resolve_case(calm.case, outcome=outcome, actor=Actor.human(cast.marco))
    for hours, status in ((47, "resolved"), (49, "closed")):
        with clock.at(start + timedelta(hours=hours)):
            run_rules_of_time()
        assert now(calm.case).status == status
    with clock.at(start + timedelta(hours=80)):
        run_rules_of_time()
        run_rules_of_time()
    assert states(close) == ["changed"]
    assert [one.case for one in silent.runs.all()] == [calm.hidden]


def test_many_cases_at_once_pause_no_rule_of_time_and_have_their_turn_in_the_next_hour(calm, rule, arrive):
    made = rule(trigger="since_opened", hours=24, most_an_hour=1, changes=["priority-4"])
    arrive(letter(subject="Third", message_id="<third@example.org>"), calm.mailbox)
    start = clock.now()
    for minutes, changed in ((1, 1), (50, 1), (62, 2), (123, 3)):
        with clock.at(start + timedelta(hours=24, minutes=minutes)):
            run_rules_of_time()
        assert states(made) == ["changed"] * changed
    made.refresh_from_db()
    assert not made.is_paused


def test_rule_leaves_alone_what_the_one_before_put_in_spam_or_trash(calm, cast, rule, tag):
    first, second = rule(name="First", changes=["spam-yes"]), rule(name="Second")
    add_tag(calm.case, tag=tag("leak"), actor=Actor.human(cast.marco))
    drain()
    assert (states(first), states(second)) == (["changed"], [])
    assert (now(calm.case).status, now(calm.case).priority) == ("spam", 2)


def test_rule_gives_no_case_to_somebody_who_does_not_see_it(calm, cast, rule, tag):
    made = rule(changes=[f"owner-{cast.stan.pk}"])
    add_tag(calm.hidden, tag=tag("leak"), actor=Actor.human(cast.marco))
    drain()
    assert states(made) == ["refused"]
    assert f"Stan Meyer does not see {calm.hidden}" in made.runs.get().why
    assert now(calm.hidden).owner is None


def test_what_lies_before_a_rule_of_time_is_left_alone(calm, cast, rule):
    Case.objects.update(opened_at=clock.now() - timedelta(days=9))
    made = rule(trigger="since_opened", hours=24, changes=["priority-4"])
    assert run_rules_of_time() == 0
    assert states(made) == []


def test_other_triggers_run_their_rules(calm, cast, rule):
    answered = rule(trigger="answered", changes=["priority-3"])
    owner = rule(trigger="owner", changes=["waiting-us"])
    status = rule(trigger="status", changes=["priority-4"], conditions="is:resolved")
    by = {"actor": Actor.human(cast.stan)}
    assign_case(calm.case, owner=cast.stan, **by)
    drain()
    assert states(owner) == ["changed"]
    reply_to_case(calm.case, html="<p>Here</p>", to=[("Carla", "carla@example.org")], author=cast.stan)
    drain()
    assert states(answered) == ["changed"]
    resolve_case(calm.case, outcome=Outcome.objects.first(), **by)
    drain()
    assert states(status)[-1] == "changed"
    assert now(calm.case).priority == 4


def test_events_cost_no_query_while_no_rule_waits_for_them(calm, cast, rule, tag):
    from ancora.cases.events import CaseTagged

    rule(trigger="opened")
    told = Published(77, CaseTagged(case_id=calm.case.pk, tag_id=1), Actor.human(cast.marco), clock.now())
    run_rules(told)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        run_rules(told)
    assert len(queries) == 0


def test_rules_share_their_transaction_with_no_other_delivery(calm, rule):
    from ancora.cases.events import CaseOpened, CaseTagged

    rule(trigger="tagged")
    name = "ancora.cases.subscribers.rules_of_cases"
    tagged = CaseTagged(case_id=calm.case.pk, tag_id=1)
    opened = CaseOpened(case_id=calm.case.pk, conversation_id=1, customer_id=1, channel="email")
    assert want_to_be_alone(name, [tagged, opened]) == [True, False]


def test_log_is_shortened_after_a_time(calm, cast, rule, tag):
    made = rule(conditions="tag:leak")
    add_tag(calm.case, tag=tag("other"), actor=Actor.human(cast.marco))
    add_tag(calm.case, tag=tag("leak"), actor=Actor.human(cast.marco))
    drain()
    # Both events find the case as it is now.
    made.runs.filter(pk=made.runs.first().pk).update(state="unfit")
    for days, left in ((2, 2), (4, 1), (91, 0)):
        with clock.at(clock.now() + timedelta(days=days)):
            forget_old_runs()
        assert made.runs.count() == left
