"""Turning browser push on and off, through the doors of the desk."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.notifications.models import Kind, NotificationChoice
from ancora.cases.notifications.push.models import PushBrowser
from ancora.cases.notifications.push.signing import public_key
from ancora.cases.notifications.push.tests.push_service import Receiver
from ancora.desk.push_form import device_named
from ancora.platform.accounts.queries import forget_organisation

PLACE = "https://push.example.net/send/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"


def given(name="one", receiver=None, **other) -> dict:
    made = (receiver or Receiver()).subscription(PLACE + name)
    return {"endpoint": made.endpoint, "p256dh": made.p256dh, "auth": made.auth, **other}


def on(client, **other):
    return client.post("/push/", given(**other), headers={"User-Agent": FIREFOX})


def test_browser_is_told_the_key_and_kept_once(cast, client_of):
    lena = client_of(cast.lena)
    assert lena.get("/push/key/").json() == {"key": public_key()}
    receiver = Receiver()
    first, second = (on(lena, receiver=receiver).json() for _ in range(2))
    assert first == second
    kept = PushBrowser.objects.get()
    assert (kept.person, kept.device, kept.shows_words) == (cast.lena, "Firefox · Linux", False)
    page = lena.get("/settings/notifications/").content.decode()
    assert "Firefox · Linux" in page
    assert kept.endpoint not in page
    lena.post(f"/push/{kept.pk}/words/", {"words": "yes"})
    # Said again, it keeps what the person chose.
    on(lena, receiver=receiver, was=kept.endpoint)
    kept.refresh_from_db()
    assert kept.shows_words
    # Whoever else turns it on in that browser is the only one who is called there.
    on(client_of(cast.stan), receiver=receiver)
    assert PushBrowser.objects.get().person == cast.stan


def test_browser_that_signs_in_again_goes_on_unless_it_was_removed(cast, client_of):
    on(client_of(cast.lena))
    kept = PushBrowser.objects.get()
    again = client_of(cast.lena)
    answer = on(again, name="renewed", was=kept.endpoint)
    assert answer.json() == {"id": kept.pk}
    kept.refresh_from_db()
    assert (kept.endpoint, kept.session_key) == (f"{PLACE}renewed", again.session.session_key)
    assert on(client_of(cast.stan), was=kept.endpoint).status_code == 404
    assert again.post(f"/push/{kept.pk}/forget/").status_code == 302
    assert on(again, was=kept.endpoint).status_code == 404
    assert not PushBrowser.objects.exists()


WRONG = [
    {"endpoint": "http://push.example.net/x"},
    {"endpoint": "https://me:secret@push.example.net/x"},
    {"endpoint": "ftp://push.example.net"},
    {"endpoint": "https://"},
    {"endpoint": "https://[::1"},
    {"endpoint": "http://127.0.0.1/"},
    {"endpoint": "https://push.example.net/" + "x" * 1000},
    {"endpoint": ""},
    {"p256dh": "BAAA"},
    {"p256dh": "é"},
    {"auth": "AAAA"},
]


def test_nonsense_is_refused_with_words(cast, client_of):
    lena = client_of(cast.lena)
    for wrong in WRONG:
        answer = lena.post("/push/", given(**wrong))
        assert answer.status_code == 422, wrong
        assert "gave no address" in answer.json()["error"]
    assert not PushBrowser.objects.exists()


def test_too_many_browsers_and_too_many_tries(cast, client_of):
    lena = client_of(cast.lena)
    codes = [on(lena, name=str(number)).status_code for number in range(31)]
    assert codes[:30] == [200] * 30
    assert codes[30] == 429
    assert PushBrowser.objects.count() == 10
    assert PushBrowser.objects.filter(endpoint=f"{PLACE}29").exists()


def test_stranger_touches_nothing_and_others_browsers_are_not_found(cast, client_of):
    on(client_of(cast.lena))
    pk = PushBrowser.objects.get().pk
    stan = client_of(cast.stan)
    for path in (f"/push/{pk}/words/", f"/push/{pk}/forget/"):
        assert stan.post(path, {"words": "yes"}).status_code == 404
        assert client_of().post(path).status_code == 302
        assert stan.get(path).status_code == 405
    assert "Firefox" not in stan.get("/settings/notifications/").content.decode()
    assert client_of().get("/push/key/").status_code == 302
    assert client_of().post("/push/", given("two")).status_code == 302
    assert not PushBrowser.objects.filter(shows_words=True).exists()
    assert PushBrowser.objects.count() == 1


def test_worker_is_served_to_everybody_from_the_first_address(cast, client_of):
    answer = client_of().get("/service-worker.js")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/javascript")
    assert "no-cache" in answer["Cache-Control"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_choices_by_kind_are_kept(cast, client_of):
    lena = client_of(cast.lena)
    # Paused rules are told to administrators.
    assert lena.get("/settings/notifications/").content.decode().count('_pushed"') == len(Kind.values) - 1
    lena.post("/settings/notifications/", {"mentioned_pushed": "on"})
    pushed = dict(NotificationChoice.objects.values_list("kind", "is_pushed"))
    assert [kind for kind, is_on in pushed.items() if is_on] == ["mentioned"]


def test_settings_cost_the_same_for_one_and_for_many(cast, client_of):
    lena, spent = client_of(cast.lena), []
    for number in range(6):
        on(lena, name=str(number))
        # What is kept for seconds is asked for each time, however slow the machine.
        forget_organisation()
        with CaptureQueriesContext(connection) as queries:
            lena.get("/settings/notifications/")
        spent.append(len(queries))
    assert len(set(spent[1:])) == 1, spent


def test_browser_is_called_as_people_call_it():
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0"
    chrome = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/150.0.0.0 Mobile Safari/537.36"
    names = [device_named(agent) for agent in (FIREFOX, edge, safari, chrome, "curl/8", "")]
    assert names == ["Firefox · Linux", "Edge · Windows", "Safari · iPhone", "Chrome · Android", "", ""]
