"""Cases are given to who is there, and nobody is called at night for what came in then."""

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models.functions import Now

from ancora.cases.commands import assign_case
from ancora.cases.jobs import give_out_soon
from ancora.cases.models import Case, Notification, OpenDesk
from ancora.cases.presence.desks import CLOSED_AFTER
from ancora.cases.routing.assigning import route_all
from ancora.cases.routing.commands import go_away
from ancora.cases.routing.tests.test_assigning import owners, why
from ancora.parties.models import Calendar, CalendarHours
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.jobs import is_enqueued

FRIDAY = datetime(2026, 3, 6, 16, tzinfo=UTC)  # 17:00 in Rome


def close_desk(*people, ago=CLOSED_AFTER) -> None:
    """Nothing was heard of their browsers since then."""
    OpenDesk.objects.filter(person__in=people).update(seen_at=Now() - ago)


def test_who_is_not_at_the_desk_is_given_nothing_and_the_reason_says_so(switched_on, cast, comes):
    assign_case(comes(), owner=cast.stan, actor=Actor.human(cast.stan))
    switched_on()
    close_desk(cast.stan, cast.lena)
    case = comes()
    assert route_all() == 1
    assert why(Case.objects.get(pk=case.pk), cast.anna)[0] == (
        "Owner: Marco Reale (the customer's owner Stan Meyer was not at the desk; idle for longest, now with 1 of 5)"
    )
    close_desk(cast.marco)
    comes("D <d@example.org>")
    assert route_all() == 0


def test_who_opens_the_desk_is_given_what_waits_at_once(switched_on, cast, comes, client_of):
    switched_on()
    close_desk(cast.lena, cast.marco, cast.stan)
    comes()
    route_all()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    stranger, stan = client_of(), client_of(cast.stan)
    assert "/accounts/login/" in stranger.post("/presence/desk/")["Location"]
    assert stan.get("/presence/desk/").status_code == 405
    assert not is_enqueued(give_out_soon)
    assert stan.post("/presence/desk/").status_code == 204
    assert is_enqueued(give_out_soon)
    assert route_all() == 1
    assert owners() == ["Stan"]
    assert stan.post("/presence/desk/").status_code == 204
    assert OpenDesk.objects.filter(person=cast.stan).count() == 1
    assert stan.post("/presence/desk/", {"left": "1"}).status_code == 204
    comes("D <d@example.org>")
    assert route_all() == 0


def test_lead_is_told_in_the_working_time_of_the_team(switched_on, cast, team, comes):
    team.calendar = Calendar.objects.create(name="Office", time_zone="Europe/Rome")
    team.save()
    hours = [CalendarHours(calendar=team.calendar, weekday=day, start=9 * 60, end=17 * 60 + 10) for day in range(5)]
    CalendarHours.objects.bulk_create(hours)
    switched_on(escalate_after=30)
    told = []
    with clock.at(FRIDAY):
        comes()
        for person in (cast.lena, cast.marco, cast.stan):
            go_away(person)
    # Ten minutes on Friday; the other twenty on Monday morning.
    for later in (timedelta(), timedelta(hours=3), timedelta(days=2), timedelta(days=2, hours=16, minutes=15)):
        with clock.at(FRIDAY + later):
            route_all()
        drain()
        told.append(Notification.objects.count())
    with clock.at(FRIDAY + timedelta(days=2, hours=16, minutes=21)):
        route_all()
    drain()
    assert (told, Notification.objects.get().kind) == ([0, 0, 0, 0], "escalated")
