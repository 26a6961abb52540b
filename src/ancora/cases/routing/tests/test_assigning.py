"""Waiting cases are given out: to whom, why it is said, never too many, however many workers there are."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ancora.cases.commands import (
    add_tag,
    assign_case,
    create_default_outcomes,
    hand_off_case,
    resolve_case,
    show_presence,
)
from ancora.cases.models import Case, InLine, Notification, Outcome, Tag, TeamRouting
from ancora.cases.notifications.push.wording import content_of
from ancora.cases.queries import timeline
from ancora.cases.routing.assigning import route_all, route_team
from ancora.cases.routing.commands import change_limits, come_back, go_away
from ancora.cases.routing.pulling import take_next
from ancora.cases.routing.queries import capacity_of
from ancora.cases.rules.commands import create_rule, switch_rule
from ancora.cases.rules.triggers import SUBSCRIBER
from ancora.conversations.commands import process_arrival, receive
from ancora.conversations.models import Mailbox
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.models import EventDelivery
from ancora.platform.events.queries import events_about
from ancora.testing.threads import Aside


def owners() -> list[str]:
    found = Case.objects.select_related("owner").order_by("id")
    return [case.owner.name.split()[0] if case.owner else "" for case in found]


def why(case, viewer) -> tuple[str, str]:
    """(the last change of the owner in words, who did it)"""
    entry = [one for one in timeline(viewer, case) if one.change and one.change.type == "case.assigned"][-1]
    return entry.change.text, entry.who


def test_switched_off_nothing_is_given_out_and_nothing_is_kept(team, comes):
    comes()
    assert route_all() == 0
    assert owners() == [""]
    assert not InLine.objects.exists()


def test_switched_off_and_on_again_a_case_waits_anew(switched_on, cast, comes):
    switched_on(escalate_after=30)
    for person in (cast.lena, cast.marco, cast.stan):
        go_away(person)
    comes()
    now = clock.now()
    route_all()
    switched_on(is_on=False)
    with clock.at(now + timedelta(days=9)):
        route_all()
        switched_on(escalate_after=30)
        route_all()
    drain()
    assert not Notification.objects.exists()


def test_cases_go_round_and_to_nobody_over_the_limit(switched_on, cast, comes):
    switched_on(limit=1)
    for number in range(4):
        comes(f"C <c{number}@example.org>")
    assert route_all() == 3
    assert sorted(owners()) == ["", "Lena", "Marco", "Stan"]
    assert route_all() == 0
    create_default_outcomes()
    solved = Case.objects.get(owner=cast.marco)
    resolve_case(solved, outcome=Outcome.objects.first(), actor=Actor.human(cast.marco))
    assert route_all() == 1
    assert Case.objects.get(status="open", owner=cast.marco).pk != solved.pk
    assert not InLine.objects.exists()


def test_reason_names_skills_the_owner_who_is_away_and_the_numbers(switched_on, cast, comes, skilled):
    known = comes()
    assign_case(known, owner=cast.lena, actor=Actor.human(cast.lena))
    switched_on()
    with clock.at(clock.now().replace(hour=11, minute=0, second=0)):
        go_away(cast.lena, until=clock.now() + timedelta(hours=2))
        italian, billing = skilled("Italian", cast.lena, language="it"), skilled("Billing", cast.marco, tag="invoice")
        case = comes()
        Case.objects.filter(pk=case.pk).update(language="it")
        add_tag(case, tag=Tag.objects.get(label="invoice"), actor=Actor.human(cast.anna))
        assert route_all() == 1
        with timezone.override("Europe/Rome"):
            text, who = why(Case.objects.get(pk=case.pk), cast.anna)
    assert text == (
        "Owner: Marco Reale (Italian, Billing; the customer's owner Lena Vogt was away until 14:00; idle for longest,"
        " now with 1 of 5)"
    )
    assert who == "Routing"
    [event] = events_about("case", case.pk, types=["case.assigned"])
    assert "T13:00" in event.attrs.pop("passed_until")
    skills = sorted([italian.pk, billing.pk])
    assert event.attrs == {"rule": "idle", "skills": skills, "holds": 1, "limit": 5, "passed": "away"}
    assert (event.actor_kind, event.actor_id) == ("bot", None)


def test_customers_owner_comes_first_and_is_told(switched_on, cast, comes):
    assign_case(comes(), owner=cast.stan, actor=Actor.human(cast.stan))
    switched_on()
    case = comes()
    route_all()
    drain()
    assert why(Case.objects.get(pk=case.pk), cast.anna)[0] == (
        "Owner: Stan Meyer (owner of the customer's last case, now with 2 of 5)"
    )
    assert Notification.objects.get(person=cast.stan).kind == "assigned"


def test_skills_hold_a_case_back_until_it_overflows_with_its_team(switched_on, cast, comes, skilled):
    other = Team.objects.create(name="Night")
    Membership.objects.create(team=other, user=cast.anna)
    switched_on(overflow_team=other, overflow_after=20)
    skilled("Repairs", tag="repair")
    case = comes()
    add_tag(case, tag=Tag.objects.get(label="repair"), actor=Actor.human(cast.anna))
    now = clock.now()
    assert route_all() == 0
    with clock.at(now + timedelta(minutes=19)):
        assert route_all() == 0
    with clock.at(now + timedelta(minutes=21)):
        assert route_all() == 1
    case.refresh_from_db()
    assert (case.owner, case.team) == (cast.anna, other)
    assert "the case overflows" in why(case, cast.anna)[0]


def test_lead_is_told_once_of_a_case_that_waits_too_long(switched_on, cast, comes):
    switched_on(escalate_after=30)
    for person in (cast.lena, cast.marco, cast.stan):
        go_away(person)
    case, now = comes(), clock.now()
    route_all()
    for minutes in (29, 31, 32):
        with clock.at(now + timedelta(minutes=minutes)):
            route_all()
    drain()
    assert [(one.person, one.kind) for one in Notification.objects.all()] == [(cast.lena, "escalated")]
    pushed = content_of(Notification.objects.get(), count=1, shows_words=False)
    assert pushed["title"] == f"Case {case} waits for an owner"
    told = [one for one in timeline(cast.anna, case) if one.change and one.change.type == "case.escalated"]
    assert [(one.change.text, one.who) for one in told] == [
        ("Escalated to the lead: nobody could take it for 30 minutes", "Routing")
    ]
    come_back(cast.stan)
    assert route_all() == 1


def test_nobody_is_given_a_case_they_may_not_see(switched_on, cast, mailbox, comes):
    switched_on()
    insiders = Team.objects.create(name="Insiders")
    Membership.objects.create(team=insiders, user=cast.marco)
    mailbox.teams.add(insiders)
    comes(), comes("D <d@example.org>")
    assert route_all() == 2
    assert owners() == ["Marco", "Marco"]


def test_where_somebody_types_the_case_is_left_to_them(switched_on, cast, comes):
    switched_on()
    case, tab = comes(), uuid4()
    show_presence(case, user=cast.anna, tab=tab, state="writing")
    assert route_all() == 0
    show_presence(case, user=cast.anna, tab=tab, state="viewing")
    assert route_all() == 1


def test_taking_the_next_one_leaves_a_case_to_whoever_types_in_it(team, cast, comes):
    case, other = comes(), comes("D <d@example.org>")
    show_presence(case, user=cast.marco, tab=uuid4(), state="writing")
    show_presence(other, user=cast.stan, tab=uuid4(), state="writing")
    assert take_next(cast.stan, form_key=uuid4()) == other
    with pytest.raises(Refusal, match="Nothing waits for you"):
        take_next(cast.stan, form_key=uuid4())


def test_new_case_is_given_out_once_the_rules_have_seen_it(switched_on, cast, mailbox):
    content = {"name": "Repairs", "is_active": True, "trigger": "opened", "hours": None, "conditions": "", "words": ""}
    content |= {"changes": ["team-none"], "note": "", "most_an_hour": 500, "most_on_case": 5}
    rule = create_rule(content, author=cast.anna)
    switched_on()
    drain()

    def comes_unheard(number):
        mail = letter(f"C <c{number}@example.org>", message_id=f"<unheard-{number}@example.org>")
        process_arrival(receive(mail.as_bytes(), key=f"unheard:{number}", mailbox=mailbox))
        return Case.objects.latest("id")

    seen = comes_unheard(1)
    assert route_all() == 0
    drain()
    assert route_all() == 0
    assert Case.objects.filter(pk=seen.pk, team=None, owner=None).exists()
    comes_unheard(2)
    # A rule that fails holds up nothing; nor does one that is not in use.
    EventDelivery.objects.filter(subscriber=SUBSCRIBER).update(attempts=1)
    assert route_all() == 1
    switch_rule(rule, is_active=False, author=cast.anna)
    comes_unheard(3)
    assert route_all() == 1


def test_case_of_another_team_waits_anew(switched_on, cast, comes):
    other = Team.objects.create(name="Night")
    TeamRouting.objects.create(team=other, is_on=True, escalate_after=30)
    switched_on(escalate_after=30)
    for person in (cast.lena, cast.marco, cast.stan):
        go_away(person)
    case, now = comes(), clock.now()
    route_all()
    for minutes, team in ((40, None), (50, other), (60, None), (90, None)):
        with clock.at(now + timedelta(minutes=minutes)):
            if team:
                hand_off_case(case, team=team, author=cast.anna)
            route_all()
    told = [event.occurred_at for event in events_about("case", case.pk, types=["case.escalated"])]
    assert sorted(round((at - now).total_seconds() / 60) for at in told) == [40, 90]


def test_while_nobody_has_room_no_case_is_held(switched_on, cast, comes):
    switched_on(limit=1, escalate_after=30)
    for number in range(5):
        comes(f"C <c{number}@example.org>")
    now = clock.now()
    assert route_all() == 3
    for minutes, escalated in ((20, 0), (40, 2), (41, 2)):
        with clock.at(now + timedelta(minutes=minutes)), CaptureQueriesContext(connection) as asked:
            route_all()
        assert InLine.objects.exclude(escalated_at=None).count() == escalated
        holding = [one["sql"] for one in asked if 'FOR UPDATE OF "cases_case"' in one["sql"]]
        assert len(holding) == (1 if minutes == 40 else 0)


def test_own_limits_and_absence_are_told_for_a_team_view(switched_on, cast, comes, django_assert_num_queries):
    switched_on(limit=3)
    change_limits({cast.marco: {"email": 1}}, actor=Actor.human(cast.anna))
    go_away(cast.stan)
    for number in range(3):
        comes(f"C <c{number}@example.org>")
    route_all()
    with django_assert_num_queries(4):
        told = capacity_of([cast.lena, cast.marco, cast.stan, cast.olga])
    assert [(one.holds, one.limit(), one.is_away) for one in told.values()] == [
        (2, 3, False), (1, 1, False), (0, 3, True), (0, None, False),
    ]  # fmt: skip


def test_facts_are_asked_in_a_constant_number_of_queries(switched_on, team, comes, skilled):
    switched_on()
    skilled("Billing", team=team)
    counts = []
    for number in range(1, 4):
        comes(f"C <c{number}@example.org>")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            route_all()
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] <= 25


def test_events_wake_routing_once_and_only_where_it_is_on(switched_on, team, cast, comes):
    def enqueued() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%give_out_soon'")
            return cursor.fetchone()[0]

    comes()
    assert enqueued() == 0
    switched_on()
    drain()
    comes("D <d@example.org>")
    assert enqueued() == 1


def test_two_workers_fill_nobody_over_the_limit_and_give_each_case_once(
    unshared_database, switched_on, team, cast, comes
):
    switched_on(limit=2)
    for person in (cast.lena, cast.marco, cast.stan):
        go_away(person)
    other = Team.objects.create(name="Other")
    Membership.objects.create(team=other, user=cast.marco)
    TeamRouting.objects.create(team=other, is_on=True, limit=2)
    for number in range(4):
        case = comes(f"C <c{number}@example.org>")
        if number % 2:
            Case.objects.filter(pk=case.pk).update(team=other)
    assert route_all() == 0
    come_back(cast.marco)
    # Marco is in both teams: who routes the other one waits until it is known what he was given.
    with transaction.atomic():
        assert route_team(team.pk) == 2
        asides = [Aside(route_team, other.pk), Aside(route_team, team.pk)]
        until_somebody_waits()
    assert [one.result() for one in asides] == [0, 0]
    assert [case.team for case in Case.objects.filter(owner=cast.marco)] == [team, team]


def until_somebody_waits():
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits for the row of the person.")


def test_two_people_who_take_the_next_one_get_different_cases(unshared_database, team, cast, comes):
    comes(), comes("D <d@example.org>")
    key = uuid4()
    wanted = [(cast.marco, key), (cast.marco, key), (cast.stan, uuid4())]
    taken = [one.result() for one in [Aside(lambda who, one: take_next(who, form_key=one), *one) for one in wanted]]
    assert taken[0] == taken[1] != taken[2]
    assert sorted(owners()) == ["Marco", "Stan"]


def test_next_one_is_of_my_teams_that_i_see_and_have_the_skills_for(team, cast, comes, skilled):
    mine = comes()
    skilled("Billing", tag="invoice")
    asks = comes("D <d@example.org>")
    add_tag(asks, tag=Tag.objects.get(label="invoice"), actor=Actor.human(cast.anna))
    elsewhere = comes("E <e@example.org>")
    Case.objects.filter(pk=elsewhere.pk).update(team=Team.objects.create(name="Other"))
    hidden = comes("F <f@example.org>")
    closed_shop = Mailbox.objects.create(name="Inner", address="inner@example.com")
    closed_shop.teams.add(Team.objects.create(name="Insiders"))
    Case.objects.filter(pk=hidden.pk).update(mailbox_ids=[closed_shop.pk])
    assert take_next(cast.stan, form_key=uuid4()) == mine
    assert why(Case.objects.get(pk=mine.pk), cast.anna) == ("Owner: Stan Meyer (took the next one)", "Stan Meyer")
    with pytest.raises(Refusal, match="asks for skills that you do not have"):
        take_next(cast.stan, form_key=uuid4())
    with pytest.raises(Refusal, match="cannot own cases"):
        take_next(cast.olga, form_key=uuid4())
