"""Who is pushed to, of what, with which words, and what becomes of it."""

import socket
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from ancora.cases.commands import add_note, assign_case, follow_case, show_presence
from ancora.cases.models import Notification
from ancora.cases.notifications.commands import choose_notifications, read_case
from ancora.cases.notifications.push.commands import forget_lost_browsers
from ancora.cases.notifications.push.jobs import push_news
from ancora.cases.notifications.push.models import PushBrowser, PushKeys
from ancora.cases.notifications.push.sending import LASTS, MOST_TRIES, waiting_time
from ancora.cases.notifications.push.signing import public_key
from ancora.cases.notifications.push.tests.at_work import turned_on, waits, work_off
from ancora.cases.notifications.push.tests.push_service import signer
from ancora.platform import clock
from ancora.platform.accounts.commands import change_person
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.testing.threads import Aside


def note(case, author, *mentioned):
    spans = "".join(f'<span data-mention="{one.pk}">@x</span> ' for one in mentioned)
    add_note(case, author=author, html=f"<p>{spans}Look.</p>")
    drain()


def own(case, owner, by):
    assign_case(case, owner=owner, actor=Actor.human(by))
    drain()


@pytest.fixture
def reached(shop, cast, client_of, receiver, service):
    """Lena, with a browser that takes pushes."""
    turned_on(client_of(cast.lena), cast.lena, receiver, service)
    return cast.lena


def test_mention_is_pushed_once_signed_and_without_names(shop, cast, reached, receiver, service):
    note(shop.case, cast.stan, cast.lena, cast.marco)
    assert work_off() == 2
    assert service.told(receiver) == [
        {
            "tag": f"case-{shop.case.reference}",
            "path": f"/cases/{shop.case.reference}/",
            "title": f"New mention on case #{shop.case.reference}",
            "body": "",
        }
    ]
    [(headers, body)] = service.pushes
    assert signer(headers["Authorization"], service.place) == public_key()
    assert (headers["Urgency"], headers["Content-Encoding"]) == ("high", "aes128gcm")
    assert 0 < int(headers["TTL"]) <= LASTS.total_seconds()
    assert len(headers["Topic"]) <= 32
    assert b"mention" not in body
    assert PushBrowser.objects.get().succeeded_at is not None
    # What comes again changes nothing.
    push_news(reached.pk, shop.case.pk)
    assert (work_off(), len(service.pushes)) == (0, 1)
    # The secret half is not to be read in the database.
    with connection.cursor() as cursor:
        cursor.execute("SELECT private FROM cases_pushkeys")
        assert cursor.fetchone()[0] != PushKeys.objects.get().private


def test_names_and_subject_are_shown_only_where_the_person_lets_them(shop, cast, client_of, receiver, service):
    turned_on(client_of(cast.marco), cast.marco, receiver, service, shows_words=True)
    note(shop.case, cast.stan, cast.marco)
    work_off()
    [told] = service.told(receiver)
    assert told["title"] == "Stan Meyer ti ha menzionato in una nota"
    assert told["body"] == f"#{shop.case.reference} The grinder leaks"


def test_ten_within_a_moment_are_two_pushes(shop, cast, reached, receiver, service):
    note(shop.case, cast.stan, cast.lena)
    work_off()
    for _ in range(9):
        note(shop.case, cast.stan, cast.lena)
    work_off()
    assert len(service.pushes) == 1
    with clock.at(clock.now() + timedelta(seconds=31)):
        work_off()
    assert [told["title"] for told in service.told(receiver)] == [
        f"New mention on case #{shop.case.reference}",
        f"9 news on case #{shop.case.reference}",
    ]
    assert waits() == []


def test_workers_side_by_side_hand_out_once(shop, cast, reached, receiver, service):
    for _ in range(3):
        note(shop.case, cast.stan, cast.lena)
    for worker in [Aside(push_news, reached.pk, shop.case.pk) for _ in range(4)]:
        worker.result()
    work_off()
    assert [told["title"] for told in service.told(receiver)] == [f"3 news on case #{shop.case.reference}"]


def test_own_doing_unwanted_kinds_and_hidden_cases_are_not_pushed(shop, cast, reached, receiver, service):
    own(shop.case, reached, reached)
    follow_case(shop.case, person=reached, actor=Actor.human(reached))
    note(shop.case, reached, reached)
    choose_notifications(reached, choices={"noted": (True, "")}, pushed=[])
    note(shop.case, cast.stan)
    note(shop.hidden, cast.anna, reached)
    assert work_off() == 0
    # Pushed alone: neither under the bell nor by mail.
    choose_notifications(reached, choices={"noted": (False, "")}, pushed=["noted"])
    note(shop.case, cast.stan)
    work_off()
    assert [told["title"] for told in service.told(receiver)] == [f"New note on case #{shop.case.reference}"]
    assert not Notification.objects.get(is_pushed=True).is_shown


def test_who_looks_at_the_case_or_has_read_it_is_not_called(shop, cast, reached, service):
    tab = uuid4()
    show_presence(shop.case, user=reached, tab=tab, state="viewing")
    note(shop.case, cast.stan, reached)
    assert work_off() == 1
    show_presence(shop.case, user=reached, tab=tab, state="away")
    note(shop.case, cast.stan, reached)
    read_case(shop.case, person=reached)
    assert work_off() == 1
    assert service.pushes == []
    # What was not pushed delays nothing.
    note(shop.case, cast.stan, reached)
    work_off()
    assert len(service.pushes) == 1


def test_sign_out_ends_it_in_that_browser_alone(shop, cast, client_of, receiver, service):
    here, there = client_of(cast.lena), client_of(cast.lena)
    turned_on(here, cast.lena, receiver, service, name="here")
    turned_on(there, cast.lena, receiver, service, name="there")
    here.post("/accounts/logout/")
    assert [one.endpoint[-5:] for one in PushBrowser.objects.all()] == ["there"]
    # A sign-in that is over without a word counts as well; who signs in again in time finds the browser as it was.
    Session.objects.update(expire_date=clock.now() - timedelta(minutes=1))
    note(shop.case, cast.stan, cast.lena)
    assert (work_off(), service.pushes) == (0, [])
    forget_lost_browsers()
    assert PushBrowser.objects.count() == 1
    with clock.at(clock.now() + timedelta(days=61)):
        forget_lost_browsers()
    assert PushBrowser.objects.count() == 0


def test_new_password_ends_it_where_one_is_not_signed_in_again(shop, cast, reached, service):
    note(shop.case, cast.stan, reached)
    push_news(reached.pk, shop.case.pk)
    reached.set_password("another battery staple")
    reached.save()
    work_off()
    note(shop.case, cast.stan, reached)
    with clock.at(clock.now() + timedelta(seconds=31)):
        assert work_off() == 1
    assert service.pushes == []


def test_who_may_no_longer_sign_in_has_no_browsers(shop, cast, reached, service):
    note(shop.case, cast.stan, reached)
    kept = {field: getattr(reached, field) for field in ("name", "email", "role", "language", "time_zone")}
    change_person(reached, **kept, is_active=False, actor=Actor.human(cast.anna))
    work_off()
    assert service.pushes == []
    for _twice in range(2):
        drain()
        assert not PushBrowser.objects.exists()


@pytest.mark.parametrize("status", [403, 404, 410])
def test_browser_that_is_no_more_is_forgotten(shop, cast, reached, service, status):
    service.answers = [(status, {})]
    note(shop.case, cast.stan, reached)
    work_off()
    assert (len(service.pushes), PushBrowser.objects.count(), waits()) == (1, 0, [])


def test_service_in_trouble_is_asked_later_and_not_before_it_wants(shop, cast, reached, receiver, service):
    service.answers = [(429, {"Retry-After": "120"}), (500, {})]
    note(shop.case, cast.stan, reached)
    work_off()
    [wait] = waits()
    assert timedelta(seconds=110) < wait <= timedelta(seconds=120)
    # Another case must wait as well.
    note(shop.hidden, cast.anna, cast.anna)
    own(shop.case, reached, cast.stan)
    now = clock.now()
    with clock.at(now + timedelta(seconds=40)):
        work_off()
    assert len(service.pushes) == 1
    with clock.at(now + timedelta(seconds=121)):
        work_off()
    assert len(service.pushes) == 3
    with clock.at(now + timedelta(seconds=300)):
        work_off()
    assert len(service.pushes) == 4
    assert (waits(), PushBrowser.objects.get().held_until) == ([], None)


def test_service_that_stays_in_trouble_is_given_up(shop, cast, reached, service):
    service.answers = [(503, {})] * 20
    note(shop.case, cast.stan, reached)
    now = clock.now()
    for hour in range(10):
        with clock.at(now + timedelta(hours=hour)):
            work_off()
    assert (len(service.pushes), waits()) == (MOST_TRIES, [])
    assert PushBrowser.objects.count() == 1


def test_service_that_nobody_reaches_is_left_alone(shop, cast, reached, client_of, receiver, service):
    other = turned_on(client_of(cast.marco), cast.marco, receiver, service, name="other")
    elsewhere = turned_on(client_of(cast.stan), cast.stan, receiver, service, name="third")
    note(shop.case, cast.anna, reached)
    now = clock.now()
    with socket.socket() as closed, clock.at(now):
        closed.bind(("127.0.0.1", 0))
        for one in PushBrowser.objects.exclude(pk=elsewhere.pk):
            endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}/{one.pk}"
            PushBrowser.objects.filter(pk=one.pk).update(endpoint=endpoint)
        work_off()
        assert waits() == [timedelta(minutes=5)]
    held = PushBrowser.objects.exclude(held_until=None)
    assert {one.person for one in held} == {reached, cast.marco}
    # Nobody else tries before, not even for another person.
    PushBrowser.objects.filter(pk=other.pk).update(endpoint=f"{service.place}/other")
    note(shop.case, cast.anna, cast.marco)
    for minutes, count in ((2, 0), (6, 1)):
        with clock.at(now + timedelta(minutes=minutes)):
            work_off()
        assert len(service.pushes) == count


def test_address_inside_our_network_is_not_asked(shop, cast, reached, service):
    # A name that is public when it is given, and leads inside when it is used.
    PushBrowser.objects.update(endpoint=service.place.replace("127.0.0.1", "10.0.0.1"))
    note(shop.case, cast.stan, reached)
    work_off()
    assert (service.pushes, PushBrowser.objects.count()) == ([], 0)


def test_keys_that_cannot_be_read_stop_pushes_and_are_made_anew_at_need(shop, cast, reached, service, settings):
    before = public_key()
    note(shop.case, cast.stan, reached)
    settings.SECRET_KEY = "another key, long enough to be taken for one as well"
    work_off()
    assert (service.pushes, PushBrowser.objects.count()) == ([], 1)
    after = public_key()
    assert after not in ("", before)
    assert (public_key(), PushBrowser.objects.count()) == (after, 0)


NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_what_a_service_says_of_waiting():
    date, past, bare = "Thu, 26 Nov 2026 12:02:00 GMT", "Thu, 26 Nov 2026 11:00:00 GMT", "Thu, 26 Nov 2026 12:02:00"
    said = {"": 0, "90": 90, "-5": 0, "soon": 0, date: 120, past: 0, bare: 0, "99999999999999": 43200}
    assert {words: waiting_time(words, NOW).total_seconds() for words in said} == said
