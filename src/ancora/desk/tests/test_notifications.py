"""The bell, following, mentioning, and the note that reads like a letter, through the doors of the desk."""

from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Note
from ancora.cases.notifications.models import Notification, NotificationChoice
from ancora.cases.notifications.queries import followers_of, unread_count
from ancora.platform.events.dispatcher import drain

PART = {"headers": {"HX-Request": "true"}}


def post_note(client, case, html, **more):
    given = {"kind": "note", "text": html, "format": "html", "form_key": str(uuid4()), **more}
    return client.post(f"/cases/{case.reference}/note/", given, **PART)


def mention(client, case, person):
    answer = post_note(client, case, f'<p><span data-mention="{person.pk}">@x</span> look</p>')
    assert answer.status_code == 200
    drain()


def test_note_that_reads_like_a_letter_is_asked_about_once(shop, cast, client_of):
    stan = client_of(cast.stan)
    asked = post_note(stan, shop.case, "<p>Hi Carla,</p><p>it is on its way.</p>")
    assert asked.status_code == 422
    page = asked.content.decode()
    assert "This reads like a letter to the customer" in page
    assert 'name="meant"' in page
    assert "data-to-reply" in page
    assert not Note.objects.exists()
    assert post_note(stan, shop.case, "<p>Hi Carla,</p>", meant="note").status_code == 200
    assert Note.objects.count() == 1


def test_plain_note_is_not_asked_about_and_observers_never(shop, cast, client_of):
    assert post_note(client_of(cast.stan), shop.case, "<p>Carla rang.</p>").status_code == 200
    assert post_note(client_of(cast.olga), shop.case, "<p>Hi Carla,</p>").status_code == 200


def test_bell_counts_and_the_case_before_the_eyes_is_read(shop, cast, client_of):
    marco = client_of(cast.marco)
    mention(client_of(cast.stan), shop.case, cast.marco)
    assert 'class="badge"' in marco.get("/notifications/bell/").content.decode()
    page = marco.get("/notifications/", **PART).content.decode()
    assert f"#{shop.case.reference}" in page
    beat = {"tab": str(uuid4()), "state": "away"}
    marco.post(f"/cases/{shop.case.reference}/presence/", beat)
    assert unread_count(cast.marco) == 1
    marco.post(f"/cases/{shop.case.reference}/presence/", {**beat, "state": "viewing"})
    assert unread_count(cast.marco) == 0
    assert 'class="badge"' not in marco.get("/").content.decode()


def test_all_up_to_what_was_seen_is_read(shop, cast, client_of):
    marco, stan = client_of(cast.marco), client_of(cast.stan)
    mention(stan, shop.case, cast.marco)
    seen = Notification.objects.get().pk
    mention(stan, shop.case, cast.marco)
    assert stan.post("/notifications/read/", {"up_to": str(seen)}).status_code == 302
    assert unread_count(cast.marco) == 2
    assert marco.post("/notifications/read/", {"up_to": str(seen)}, **PART).status_code == 204
    assert unread_count(cast.marco) == 1
    assert marco.post("/notifications/read/", {"up_to": "nonsense"}).status_code == 302


def test_list_costs_the_same_for_one_and_for_many(shop, cast, client_of):
    marco, stan, spent = client_of(cast.marco), client_of(cast.stan), []
    for _round in range(2):
        for _one in range(3):
            mention(stan, shop.case, cast.marco)
        with CaptureQueriesContext(connection) as queries:
            assert marco.get("/notifications/", **PART).status_code == 200
        spent.append(len(queries))
    assert spent[0] == spent[1]


def test_stranger_finds_no_followers_and_no_people_and_reads_nothing(shop, cast, client_of):
    stan = client_of(cast.stan)
    for part in ("follow/", "people/"):
        assert stan.get(f"/cases/{shop.hidden.reference}/{part}").status_code == 404
    assert stan.post(f"/cases/{shop.hidden.reference}/follow/", {"follow": "yes"}).status_code == 404
    mention(client_of(cast.anna), shop.hidden, cast.marco)
    assert "Secret" not in stan.get("/notifications/").content.decode()
    for page in ("/notifications/", "/notifications/bell/", "/settings/notifications/"):
        assert client_of().get(page).status_code == 302


def test_person_follows_and_follows_no_longer(shop, cast, client_of):
    olga, address = client_of(cast.olga), f"/cases/{shop.case.reference}/follow/"
    for _twice in range(2):
        assert "Olga Nilsson" in olga.post(address, {"follow": "yes"}).content.decode()
    assert followers_of(shop.case) == [cast.olga]
    assert "Nobody follows it yet" in olga.post(address, {"follow": "no"}).content.decode()
    assert followers_of(shop.case) == []


def test_those_who_may_see_the_case_can_be_mentioned(shop, cast, client_of):
    found = client_of(cast.marco).get(f"/cases/{shop.hidden.reference}/people/").json()
    assert [one["name"] for one in found] == ["Anna Ferri"]


def test_choices_are_kept_and_nonsense_is_refused(shop, cast, client_of):
    marco = client_of(cast.marco)
    assert marco.post("/settings/notifications/", {"mentioned_mail": "hourly"}).status_code == 302
    kept = NotificationChoice.objects.get(person=cast.marco, kind="mentioned")
    assert (kept.is_shown, kept.mail) == (False, "hourly")
    assert marco.post("/settings/notifications/", {"mentioned_mail": "pigeon"}).status_code == 422
    assert 'value="hourly" selected' in marco.get("/settings/notifications/").content.decode()
