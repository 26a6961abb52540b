"""Who has a case on the screen: told by beats, seen by those who may see the case, forgotten when nothing is heard."""

from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import forget_the_gone, leave_case, show_presence
from ancora.cases.commands.locking import locked
from ancora.cases.models import Presence
from ancora.cases.queries import attended, colleagues_on
from ancora.desk.views.presence import MOST_BEATS
from ancora.platform.http.pace import count
from ancora.platform.live.hub import CHANNEL, _parameters
from ancora.platform.live.topics import heard_by
from ancora.testing.threads import Aside

STATES = ("writing", "viewing", "away")


def beat(client, case, state="viewing", tab=None):
    return client.post(f"/cases/{case.reference}/presence/", {"tab": str(tab or uuid4()), "state": state})


def states(viewer, case) -> dict[str, str]:
    return {one.user.name: one.state for one in colleagues_on(viewer, case)}


def age(seconds: int, **which) -> None:
    """Lets beats have come `seconds` earlier."""
    Presence.objects.filter(**which).update(seen_at=F("seen_at") - timedelta(seconds=seconds))


@pytest.fixture
def notices(db):
    """`notices()`: what the open streams were told since the last call."""
    with psycopg.connect(autocommit=True, **_parameters()) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        yield lambda: [one.payload for one in listener.notifies(timeout=0.3)]


def test_colleagues_see_each_other_in_three_states(shop, cast, client_of):
    marco = client_of(cast.marco)
    tab = uuid4()
    for state in STATES:
        assert beat(marco, shop.case, state, tab).status_code == 200
        assert states(cast.anna, shop.case) == {"Marco Reale": state}
    page = beat(client_of(cast.anna), shop.case).content.decode()
    assert "Marco Reale has it open, but is not looking" in page
    assert client_of(cast.anna).get(f"/cases/{shop.case.reference}/presence/").content.decode() == page


def test_observers_are_seen_and_see(shop, cast, client_of):
    olga = client_of(cast.olga)
    assert beat(olga, shop.case).status_code == 200
    assert "Olga Nilsson is looking at it" in beat(client_of(cast.anna), shop.case).content.decode()
    assert "Anna Ferri is looking at it" in beat(olga, shop.case).content.decode()


def test_of_several_tabs_the_liveliest_counts_and_ones_own_are_no_colleagues(shop, cast, client_of):
    marco = client_of(cast.marco)
    for state in ("away", "writing", "viewing"):
        beat(marco, shop.case, state)
    assert states(cast.anna, shop.case) == {"Marco Reale": "writing"}
    assert states(cast.marco, shop.case) == {}


def test_stranger_gets_404_and_never_sees_anybody(shop, cast, client_of):
    stan, marco = client_of(cast.stan), client_of(cast.marco)
    beat(marco, shop.hidden, "writing")
    address = f"/cases/{shop.hidden.reference}/presence/"
    assert beat(stan, shop.hidden).status_code == 404
    assert beat(stan, shop.hidden, "left").status_code == 404
    assert stan.get(address).status_code == 404
    assert client_of().get(address).status_code == 302
    assert beat(client_of(), shop.hidden).status_code == 302
    assert stan.get(f"/presence/?cases={shop.hidden.pk}").json() == {}
    assert Presence.objects.get().user == cast.marco
    topic = f"presence-{shop.hidden.pk}"
    assert heard_by(cast.marco, [topic, "presence"]) == {topic, "presence"}
    assert heard_by(cast.stan, [topic]) == frozenset()


def test_tab_that_goes_to_another_case_leaves_the_first(shop, cast, client_of, notices):
    marco, tab = client_of(cast.marco), uuid4()
    beat(marco, shop.case, tab=tab)
    notices()
    beat(marco, shop.hidden, tab=tab)
    assert notices() == [f"presence-{shop.case.pk} presence-{shop.hidden.pk}"]
    assert states(cast.anna, shop.case) == {}
    # What was said on leaving comes late: the tab stays where it is.
    assert beat(marco, shop.case, "left", tab).status_code == 204
    assert Presence.objects.get().case == shop.hidden


def test_only_news_is_told(shop, cast, client_of, notices):
    marco, tab = client_of(cast.marco), uuid4()
    told = f"presence-{shop.case.pk}"
    for state, news in [("viewing", [told]), ("viewing", []), ("writing", [told]), ("writing", []), ("left", [told])]:
        beat(marco, shop.case, state, tab)
        assert notices() == news, state
    beat(marco, shop.case, "left", tab)
    assert notices() == []


def test_whoever_is_not_heard_of_is_gone(shop, cast, client_of, notices):
    marco, olga = client_of(cast.marco), client_of(cast.olga)
    tab = uuid4()
    beat(marco, shop.case, "writing", tab)
    beat(olga, shop.case, "away")
    age(39)
    assert states(cast.anna, shop.case) == {"Marco Reale": "writing", "Olga Nilsson": "away"}
    age(2)
    assert states(cast.anna, shop.case) == {"Olga Nilsson": "away"}
    # A hidden page is allowed to sleep longer; who comes back is news.
    notices()
    beat(marco, shop.case, "writing", tab)
    assert notices() == [f"presence-{shop.case.pk}"]
    age(110, user=cast.olga)
    assert states(cast.anna, shop.case) == {"Marco Reale": "writing"}


def test_the_gone_are_forgotten_and_told(shop, cast, notices):
    show_presence(shop.case, user=cast.marco, tab=uuid4(), state="viewing")
    show_presence(shop.hidden, user=cast.marco, tab=uuid4(), state="viewing")
    age(41, case=shop.case)
    notices()
    forget_the_gone()
    assert notices() == [f"presence-{shop.case.pk}"]
    assert Presence.objects.get().case == shop.hidden
    forget_the_gone()
    assert notices() == []


def test_ones_tab_cannot_be_moved_by_another_person(shop, cast, client_of):
    tab = uuid4()
    beat(client_of(cast.marco), shop.case, "writing", tab)
    beat(client_of(cast.olga), shop.case, "left", tab)
    beat(client_of(cast.olga), shop.case, "viewing", tab)
    assert states(cast.anna, shop.case) == {"Marco Reale": "writing", "Olga Nilsson": "viewing"}


def test_who_may_no_longer_sign_in_is_not_shown(shop, cast):
    show_presence(shop.case, user=cast.marco, tab=uuid4(), state="viewing")
    cast.marco.is_active = False
    cast.marco.save()
    assert states(cast.anna, shop.case) == {}


@pytest.mark.parametrize(
    "given", [{}, {"tab": "x", "state": "viewing"}, {"tab": str(uuid4())}, {"tab": str(uuid4()), "state": "asleep"}]
)
def test_nonsense_is_refused(shop, cast, client_of, given):
    assert client_of(cast.marco).post(f"/cases/{shop.case.reference}/presence/", given).status_code == 400
    assert not Presence.objects.exists()


def test_too_many_beats_are_refused(shop, cast, client_of):
    count(f"presence:{cast.marco.pk}", MOST_BEATS)
    assert beat(client_of(cast.marco), shop.case).status_code == 429
    assert beat(client_of(cast.olga), shop.case).status_code == 200


def test_presence_is_no_event_and_holds_nothing(shop, cast, notices):
    def recorded():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM event")
            return cursor.fetchone()[0]

    before, version = recorded(), shop.case.version
    tab = uuid4()
    show_presence(shop.case, user=cast.marco, tab=tab, state="writing")
    leave_case(shop.case, user=cast.marco, tab=tab)
    shop.case.refresh_from_db()
    assert (recorded(), shop.case.version) == (before, version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'cases_presence'")
        assert cursor.fetchone()[0] == "u"


def test_beat_waits_for_nobody_who_holds_the_case(shop, cast, client_of):
    marco = client_of(cast.marco)
    with transaction.atomic():
        locked(shop.case)
        assert Aside(beat, marco, shop.case).result(10).status_code == 200


def test_a_beat_costs_the_same_with_many_colleagues(shop, cast, client_of):
    anna, tab = client_of(cast.anna), uuid4()
    beat(anna, shop.case, tab=tab)
    spent = []
    for others in ((cast.marco,), (cast.lena, cast.stan, cast.olga, cast.marco)):
        for one in others:
            show_presence(shop.case, user=one, tab=uuid4(), state="writing")
        with CaptureQueriesContext(connection) as queries:
            assert "Marco Reale is writing" in beat(anna, shop.case, tab=tab).content.decode()
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_rows_of_a_list_are_asked_for_together(shop, cast, client_of):
    show_presence(shop.case, user=cast.marco, tab=uuid4(), state="writing")
    show_presence(shop.case, user=cast.olga, tab=uuid4(), state="viewing")
    show_presence(shop.hidden, user=cast.marco, tab=uuid4(), state="away")
    asked = f"/presence/?cases={shop.case.pk},{shop.hidden.pk},x,-1,{'9' * 30}"
    words = "Marco Reale is writing, Olga Nilsson is looking at it"
    assert client_of(cast.lena).get(asked).json() == {str(shop.case.pk): {"state": "writing", "words": words}}
    assert client_of(cast.marco).get(asked).json() == {
        str(shop.case.pk): {"state": "viewing", "words": "Olga Nilsson lo sta guardando"}
    }
    assert client_of(cast.lena).get("/presence/").json() == {}
    spent = []
    for wanted in ([shop.case.pk], [shop.case.pk, shop.hidden.pk, *range(1000, 1400)]):
        with CaptureQueriesContext(connection) as queries:
            assert attended(cast.lena, wanted)
        spent.append(len(queries))
    assert spent[0] == spent[1]
