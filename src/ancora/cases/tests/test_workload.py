"""Who has how much to do and who waits for us, as it is counted."""

from datetime import timedelta
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases import commands
from ancora.cases.bulk.tests.conftest import cases
from ancora.cases.commands.presence import show_presence
from ancora.cases.models import Case, CaseClocks, Outcome
from ancora.cases.queries.people import people_who_see, seen_among
from ancora.cases.queries.workload import held_by, workload
from ancora.cases.tasks.commands import create_task
from ancora.conversations.models import Message, Outgoing
from ancora.desk.tests.conftest import shop
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor

__all__ = ["cases", "shop"]


def load(viewer, team=None):
    return workload(viewer, team, today=clock.now() - timedelta(hours=12))


def of(found, person):
    return next(one for one in found.people if one.person == person)


def own(person, *owned: Case) -> None:
    for case in owned:
        commands.assign_case(case, owner=person, actor=Actor.human(person))


def aged(case: Case, **by) -> None:
    """The case and what was written in it are so much older."""
    for message in Message.objects.filter(handle__customer=case.customer):
        Message.objects.filter(pk=message.pk).update(recorded_at=message.recorded_at - timedelta(**by))
    Case.objects.filter(pk=case.pk).update(opened_at=case.opened_at - timedelta(**by))


def answered(case: Case, author) -> Message:
    to = [("", case.customer.handles.first().value)]
    return commands.reply_to_case(case, html="<p>Yes</p>", to=to, author=author, form_key=uuid4())


def test_cases_are_counted_by_whom_they_are_on(cases, cast):
    first, second, third, fourth, _fifth = cases(5)
    own(cast.marco, first, second, third, fourth)
    actor = Actor.human(cast.marco)
    for case, whom in ((second, "customer"), (third, "third_party"), (fourth, "us")):
        commands.wait_on(case, on=whom, actor=actor)
    found = load(cast.lena)
    marco = of(found, cast.marco)
    assert (marco.open, marco.us, marco.customer, marco.others) == (4, 2, 1, 1)
    assert (found.unowned.open, found.unowned.us, found.bands) == (1, 1, [1, 0, 0, 0, 0])
    assert cast.olga not in [one.person for one in found.people]
    commands.resolve_case(first, outcome=Outcome.objects.first(), actor=actor)
    assert of(load(cast.lena), cast.marco).open == 3


def test_customer_waits_since_the_first_message_that_nobody_answered(cases, cast, shop, arrive):
    from ancora.desk.tests.conftest import letter

    first, second, third = cases(3)
    own(cast.marco, first, second)
    aged(first, hours=3)
    aged(second, hours=5)
    found = load(cast.lena)
    assert [case.pk for case in found.waiting] == [second.pk, first.pk, third.pk]
    assert of(found, cast.marco).oldest == found.waiting[0].waits_since
    assert [case.pk for case in held_by(cast.lena, cast.marco).cases] == [second.pk, first.pk]

    answered(second, cast.marco)
    found = load(cast.lena)
    assert second not in found.waiting
    assert found.waiting_count == 2
    assert of(found, cast.marco).us == 2
    again = {"sender": second.customer.handles.first().value, "subject": "Again"}
    arrive(letter(**again, message_id="<again@example.org>"), shop.mailbox)
    newest = Case.objects.get(subject="Again")
    found = load(cast.lena).waiting
    assert [case.pk for case in found] == [first.pk, third.pk, newest.pk]
    # An automatic mail waits for nothing.
    Message.objects.filter(handle__customer=first.customer).update(auto="reply")
    assert first not in load(cast.lena).waiting


def test_unassigned_cases_stand_in_bands_of_age_and_the_teams_apart(cases, cast):
    five = cases(5)
    repairs = Team.objects.create(name="Repairs")
    Membership.objects.create(team=repairs, user=cast.stan)
    for case, hours in zip(five, (0.5, 2, 5, 30, 100), strict=True):
        aged(case, hours=hours)
    assert load(cast.lena).bands == [1, 1, 1, 1, 1]
    commands.hand_off_case(five[4], team=repairs, author=cast.lena)
    found = load(cast.lena, repairs)
    assert found.bands == [0, 0, 0, 0, 1]
    assert found.waiting == [five[4]]
    assert [one.person for one in found.people] == [cast.stan]
    # Whoever owns a case of the team is named, member or not, with all they have.
    own(cast.marco, five[4], five[0])
    assert of(load(cast.lena, repairs), cast.marco).open == 2
    User.objects.filter(pk=cast.marco.pk).update(is_active=False)
    assert not of(load(cast.lena), cast.marco).may_be_given


def test_clocks_tasks_answers_and_presence_are_the_persons(cases, cast, shop):
    late, near, calm = cases(3)
    own(cast.marco, late, near, calm)
    now, hour = clock.now(), timedelta(hours=1)
    for case, due in ((late, -hour), (near, hour), (calm, 9 * hour)):
        hand = {"kind": "first_response", "due": (now + due).isoformat(), "warns": (now + due - 2 * hour).isoformat()}
        CaseClocks.objects.update_or_create(case=case, defaults={"hands": [hand], "due_at": now + due})
    create_task(late, title="Ring", assignee=cast.marco, author=cast.lena, due_at=now + hour)
    create_task(late, title="Some day", assignee=cast.marco, author=cast.lena, due_at=now + 99 * hour)
    answered(calm, cast.marco)
    assert of(load(cast.lena), cast.marco).answered == 0, "it has not left yet"
    Outgoing.objects.update(tried_at=now, state="accepted")
    show_presence(late, user=cast.marco, tab=uuid4(), state="away")
    found = of(load(cast.lena), cast.marco)
    assert (found.late, found.near, found.tasks, found.answered, found.state) == (1, 1, 1, 1, "away")
    assert not found.is_present
    show_presence(near, user=cast.marco, tab=uuid4(), state="viewing")
    assert of(load(cast.lena), cast.marco).is_present


def test_what_the_viewer_may_not_see_is_not_counted(shop, cast):
    own(cast.marco, shop.hidden)
    assert of(load(cast.marco), cast.marco).open == 1
    found = load(cast.stan)
    assert of(found, cast.marco).open == 0
    assert found.waiting == [shop.case]
    assert held_by(cast.stan, cast.marco).total == 0
    people = list(User.objects.filter(is_active=True))
    seen = seen_among(people, [shop.case, shop.hidden])
    for case in (shop.case, shop.hidden):
        assert {pk for pk, ids in seen.items() if case.pk in ids} == {one.pk for one in people_who_see(case)}


def test_number_of_queries_depends_neither_on_people_nor_on_cases(cases, cast):
    def counted(viewer) -> int:
        with CaptureQueriesContext(connection) as queries:
            load(viewer)
        return len(queries)

    own(cast.marco, *cases(2))
    few = counted(cast.lena)
    for case in cases(9):
        person = User.objects.create(email=f"p{case.pk}@example.com", name=f"P {case.pk}", role="agent")
        own(person, case)
    assert counted(cast.lena) == few
    assert few <= 9
