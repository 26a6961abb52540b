"""The settings of service levels, and how the desk shows the clocks."""

import re
from datetime import timedelta

import pytest

from ancora.cases.models import Case, CaseClocks, ClockRun, ServicePolicy
from ancora.cases.queries import search
from ancora.cases.service_levels.policies import save_policy
from ancora.cases.tests.test_road import letter
from ancora.platform import clock
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain

FORM = {
    "name": "Usual",
    "position": "1",
    "warns_before": "25",
    "warning_unit": "percent",
    "is_active": "on",
    "target_2_first_response": "4 h",
    "target_2_resolution": "1 h 30 min",
    "form_key": "3f1b3d3e-8a9e-4f0b-9c1d-1f2e3d4c5b6a",
}


@pytest.fixture
def case(cast, mailbox, arrive) -> Case:
    targets = {"2": {"first_response": 60}}
    save_policy(ServicePolicy(name="Usual", targets=targets), actor=Actor.human(cast.anna))
    arrive(letter(), mailbox)
    drain()
    return Case.objects.get()


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_policy_is_written_once_however_often_the_form_is_posted_and_said_in_plain_words(cast, client_of):
    anna = client_of(cast.anna)
    for_some = {"channel": "email", "customers": "Anna@Bar.Example; @hotel.example\nhotel.example, münchen.example"}
    for _time in range(2):
        assert anna.post("/settings/service-levels/new/", FORM | for_some).status_code == 302
    policy = ServicePolicy.objects.get()
    assert policy.customers == ["anna@bar.example", "hotel.example", "xn--mnchen-3ya.example"]
    assert policy.targets == {"2": {"first_response": 240, "resolution": 90}}
    assert ClockRun.objects.count() == 1
    page = text_of(anna.get("/settings/service-levels/"))
    assert "Normal: first answer within 4 working hours, solved within 1 h 30 min of working time." in page
    assert "Urgent: nothing is promised." in page
    assert "E-mail, anna@bar.example, hotel.example, 1 more" in page
    written = anna.get(f"/settings/service-levels/{policy.pk}/").content.decode()
    assert "anna@bar.example, hotel.example, xn--mnchen-3ya.example</textarea>" in written
    assert anna.post(f"/settings/service-levels/{policy.pk}/delete/").status_code == 302
    assert not ServicePolicy.objects.exists()


def test_what_cannot_be_read_is_said_and_nothing_is_kept(cast, client_of):
    anna = client_of(cast.anna)
    answer = anna.post("/settings/service-levels/new/", {**FORM, "target_2_resolution": "soon", "warns_before": "130"})
    assert "“soon” cannot be read; write 30 min, 4 h or 1 h 30 min." in text_of(answer)
    assert "At most 100 per cent." in text_of(answer)
    answer = anna.post("/settings/service-levels/new/", {**FORM, "customers": "anna@bar.example, hotel"})
    assert "“hotel” is neither an address nor a domain." in text_of(answer)
    preview = anna.post("/settings/service-levels/preview/", {**FORM, "target_2_resolution": "soon"})
    assert "“soon” cannot be read" in text_of(preview)
    assert not ServicePolicy.objects.exists()


def test_service_levels_are_for_administrators(cast, client_of, case):
    policy = ServicePolicy.objects.get()
    for path in ("", "new/", "run/", f"{policy.pk}/"):
        assert client_of(cast.lena).get(f"/settings/service-levels/{path}").status_code == 404
    for path in ("preview/", f"{policy.pk}/delete/"):
        assert client_of(cast.stan).post(f"/settings/service-levels/{path}").status_code == 404
    assert client_of(cast.anna).get("/settings/service-levels/999/").status_code == 404


def test_clock_stands_in_the_head_and_in_the_list_without_a_query_of_its_own(
    cast, client_of, case, django_assert_num_queries
):
    marco = client_of(cast.lena)
    with clock.at(case.opened_at + timedelta(minutes=20)):
        assert "First answer due in 40 min" in text_of(marco.get(f"/cases/{case.reference}/"))
        assert "40 min left" in text_of(marco.get("/queues/open/"))
    with clock.at(case.opened_at + timedelta(minutes=130)):
        assert "First answer late by 1 h 10 min" in text_of(marco.get(f"/cases/{case.reference}/head/"))
    loaded = Case.objects.select_related("clocks").get()
    with django_assert_num_queries(0):
        assert loaded.clocks.hands


def test_late_cases_and_those_due_soon_are_found_in_both_languages(cast, case):
    found = lambda words: search(cast.anna, words).total  # noqa: E731
    assert [found(words) for words in ("is:late", "due:2h", "scade:oggi", "due:0h", "-due:2h")] == [0, 1, 1, 0, 0]
    with clock.at(case.opened_at + timedelta(minutes=61)):
        assert [found(words) for words in ("is:late", "stato:ritardo", "-is:late")] == [1, 1, 0]
    CaseClocks.objects.all().delete()
    assert found("-is:late is:open") == 1
