"""The menu with moments, in the person's time zone."""

import re
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from ancora.cases.models import Case, Outcome
from ancora.desk.moments import later_moments, read_moment
from ancora.platform import clock
from ancora.platform.errors import Refusal

PART = {"HX-Request": "true"}


def moments(now: str) -> list[str]:
    with clock.at(datetime.fromisoformat(now)), timezone.override("Europe/Rome"):
        return [timezone.localtime(one.at).strftime("%a %d %H:%M") for one in later_moments()]


def test_moments_are_of_the_persons_mornings():
    assert moments("2026-11-26T08:50+01:00") == ["Thu 26 11:45", "Fri 27 09:00", "Mon 30 09:00", "Thu 03 09:00"]


def test_the_same_moment_is_offered_once():
    assert moments("2026-11-30T10:00+01:00") == ["Mon 30 13:00", "Tue 01 09:00", "Mon 07 09:00"]
    assert moments("2026-11-29T10:00+01:00") == ["Sun 29 13:00", "Mon 30 09:00", "Sun 06 09:00"]


def test_over_the_end_of_summer_time_nine_is_nine():
    assert moments("2026-10-24T20:00+02:00")[1] == "Sun 25 09:00"


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01T09:00", "9999-99-99T00:00"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(Refusal):
        read_moment(text)


def test_case_waits_until_the_moment_that_was_chosen_and_says_so(shop, cast, client_of):
    client, address = client_of(cast.stan), f"/cases/{shop.case.reference}/snooze/"
    assert "tomorrow morning" in client.get(address, headers=PART).content.decode()
    page = client.post(address, {"at": "", "until": "2027-03-01T09:00"}, headers=PART).content.decode()
    case = Case.objects.get(pk=shop.case.pk)
    assert (case.status, case.waiting_on, case.waits_until) == ("waiting", "us", datetime(2027, 3, 1, 8, tzinfo=UTC))
    assert "Waits until 1 March, 09:00, or until the customer writes." in page
    assert "1 Mar 2027" in client.get("/queues/waiting/").content.decode()
    client.post(f"/cases/{shop.case.reference}/status/?undo=1", {"status": "open"})
    assert Case.objects.get(pk=shop.case.pk).status == "open"


def test_undo_brings_back_the_moment_and_the_outcome_that_were_there(shop, cast, client_of):
    client, page = client_of(cast.stan), f"/cases/{shop.case.reference}/"

    def stands() -> tuple:
        return Case.objects.values_list("status", "waiting_on", "waits_until", "outcome").get(pk=shop.case.pk)

    def undone(moment: str) -> tuple:
        toast = client.post(f"{page}snooze/", {"at": moment}, headers=PART).content.decode()
        choice = re.search(r'name="status" value="([^"]+)">Undo<', toast)[1]
        assert client.post(f"{page}status/?undo=1", {"status": choice}, headers=PART).status_code == 200
        return stands()

    client.post(f"{page}status/", {"status": "waiting-customer"})
    client.post(f"{page}snooze/", {"at": "2027-03-01T09:00"})
    before = stands()
    assert undone("2027-05-01T09:00") == before
    outcome = Outcome.objects.first()
    client.post(f"{page}status/", {"status": f"resolved-{outcome.pk}"})
    assert undone("2027-05-01T09:00")[::3] == ("resolved", outcome.pk)


def test_past_is_refused_and_nothing_changes(shop, cast, client_of):
    address = f"/cases/{shop.case.reference}/snooze/"
    answer = client_of(cast.stan).post(address, {"at": "2020-01-01T09:00"}, headers=PART)
    assert answer.status_code == 422
    assert "in the future" in answer.headers["HX-Trigger"]
    assert Case.objects.get(pk=shop.case.pk).status == "open"


def test_stranger_and_observer_cannot(shop, cast, client_of):
    address = f"/cases/{shop.hidden.reference}/snooze/"
    assert client_of(cast.stan).get(address).status_code == 404
    assert client_of(cast.stan).post(address, {"at": "2027-03-01T09:00"}).status_code == 404
    assert client_of(cast.olga).post(f"/cases/{shop.case.reference}/snooze/", {"at": "x"}).status_code == 403
