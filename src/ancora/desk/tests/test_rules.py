"""Rules in the settings: administrators write and try them, leads read them, for others there are none."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import add_tag, create_tag, set_priority
from ancora.cases.models import Case
from ancora.cases.rules.commands import delete_rule
from ancora.cases.rules.models import Rule, RuleVersion
from ancora.cases.rules.tests.conftest import rule
from ancora.platform import clock
from ancora.platform.accounts.queries import current_organisation, forget_organisation
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain

__all__ = ["rule"]

GIVEN = {"name": "Leaks", "trigger": "opened", "priority": "priority-4", "most_an_hour": 500, "most_on_case": 5}
GIVEN |= {"is_active": "on", "days": 30}


@pytest.fixture
def anna(cast, client_of):
    return client_of(cast.anna)


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_rule_is_written_once_however_often_it_is_posted_and_stands_in_the_list(shop, cast, anna, client_of):
    given = {**GIVEN, "form_key": uuid4(), "conditions": "from:carla is:open", "words": " leaks ,drips"}
    first, second = anna.post("/settings/rules/new/", given), anna.post("/settings/rules/new/", given)
    made = Rule.objects.get()
    assert first.url == second.url == f"/settings/rules/{made.pk}/"
    assert (made.words, made.changes, made.version) == ("leaks, drips", ["priority-4"], 1)
    page = text(client_of(cast.lena).get("/settings/rules/"))
    assert "A case is opened" in page
    assert "from:carla is:open" in page
    assert "Priority: urgent" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"priority": ""}, "Choose at least one change, or write a note."),
        ({"conditions": "is:nonsense"}, "These conditions say nothing: is:nonsense"),
        ({"conditions": "grinder"}, "“grinder” is none."),
        ({"conditions": "owner:me"}, "write the name of the owner instead"),
        ({"trigger": "since_opened"}, "Say after how many hours"),
        ({"trigger": "status", "words": "leak"}, "choose a trigger with one"),
        ({"priority": "owner-me"}, "Select a valid choice"),
        ({"most_on_case": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_is_no_rule_is_told_beside_what_was_typed(shop, anna, given, said):
    answer = anna.post("/settings/rules/new/", {**GIVEN, **given})
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'value="Leaks"' in answer.content.decode()
    assert not Rule.objects.exists()


def test_who_saw_an_older_version_is_told_and_overwrites_nothing(shop, cast, anna, rule):
    made = rule()
    address = f"/settings/rules/{made.pk}/edit/"
    days = {"trigger": "since_resolved", "amount": 7, "unit": "days", "status": "closed-yes", "priority": ""}
    assert anna.post(address, {**GIVEN, **days, "seen": 1}).status_code == 302
    refused = anna.post(address, {**GIVEN, "name": "Mine", "seen": 1})
    assert "Somebody changed this rule meanwhile" in text(refused)
    made.refresh_from_db()
    assert (made.name, made.hours, made.changes) == ("Leaks", 168, ["closed-yes"])
    form = anna.get(address).content.decode()
    assert re.search(r'name="amount" value="7"', form)
    assert '<option value="closed-yes" selected>' in form


def test_every_save_is_a_version_and_an_old_one_comes_back_as_a_new_one(shop, cast, anna, client_of, rule):
    made = rule(name="First")
    anna.post(f"/settings/rules/{made.pk}/edit/", {**GIVEN, "name": "Second", "seen": 1})
    anna.post(f"/settings/rules/{made.pk}/off/")
    page = text(anna.get(f"/settings/rules/{made.pk}/versions/"))
    assert "First → Second" in page
    assert "in use → switched off" in page
    client_of(cast.lena).post(f"/settings/rules/{made.pk}/back/", {"number": 1})
    assert Rule.objects.get().version == 3
    anna.post(f"/settings/rules/{made.pk}/back/", {"number": 1})
    made.refresh_from_db()
    assert (made.name, made.is_active, made.version, made.trigger) == ("First", True, 4, "tagged")
    assert RuleVersion.objects.get(number=4).back_to == 1
    assert "Back to version 1" in text(anna.get(f"/settings/rules/{made.pk}/versions/"))
    anna.post(f"/settings/rules/{made.pk}/back/", {"number": 9})
    assert "There is no such version." in text(anna.get("/settings/rules/"))


def test_dry_run_says_how_many_and_which_and_changes_nothing(shop, cast, anna):
    def tried(**given):
        return text(anna.post("/settings/rules/try/", {**GIVEN, **given}))

    assert "2 cases would have been touched." in tried()
    found = tried(conditions="from:carla")
    assert "1 case would have been touched." in found
    assert "In the last 30 days this happened in 2 cases" in found
    assert f"#{shop.case.reference} The grinder leaks" in found
    assert "1 case would" in tried(words="grinder, nothing")
    assert "0 cases would" in tried(trigger="wrote")
    assert "0 cases would" in tried(trigger="since_resolved", amount=1, unit="hours", days=90)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert "2 cases would" in tried(trigger="since_opened", amount=1, unit="hours", conditions="is:open")
    set_priority(shop.case, priority=3, actor=Actor.human(cast.marco))
    assert "1 case would" in tried(trigger="priority")
    assert "Choose at least one change" in tried(priority="")
    assert not Rule.objects.exists()
    assert Case.objects.get(pk=shop.case.pk).priority == 3


def test_order_is_changed_by_buttons_and_stays_at_the_ends(shop, anna, rule):
    first, second = rule(name="One"), rule(name="Two")
    anna.post(f"/settings/rules/{first.pk}/move/", {"up": 1})
    anna.post(f"/settings/rules/{second.pk}/move/", {"down": 1})
    assert [str(one) for one in Rule.objects.all()] == ["One", "Two"]
    part = anna.post(f"/settings/rules/{second.pk}/move/", {"up": 1}, headers={"HX-Request": "true"})
    assert part.content.decode().index("Two") < part.content.decode().index("One")
    assert [str(one) for one in Rule.objects.all()] == ["Two", "One"]


def test_log_shows_what_was_done_where_not_and_only_cases_that_the_reader_sees(shop, cast, anna, client_of, rule):
    made = rule(trigger="priority", conditions="priority:high", changes=["waiting-us"])
    drain()
    for case in (shop.case, shop.hidden):
        set_priority(case, priority=3, actor=Actor.human(cast.anna))
        drain()
    set_priority(shop.case, priority=1, actor=Actor.human(cast.anna))
    drain()
    address = f"/settings/rules/{made.pk}/"
    page = text(anna.get(address))
    assert page.count("Wait on: us") == 3
    assert "Did not fit" not in page
    assert "Did not fit" in text(anna.get(address, {"whole": 1}))
    lead = client_of(cast.lena)
    assert "Secret matter" in page
    assert "Secret matter" not in text(lead.get(address))
    assert "The grinder leaks" in text(lead.get(address))
    assert "/edit/" not in lead.get(address).content.decode()


def test_pages_cost_as_many_queries_for_many(shop, cast, anna, rule):
    def cost(address: str) -> int:
        # Each process looks again every few seconds; not in between.
        forget_organisation()
        current_organisation()
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(address).status_code == 200
        return len(queries)

    drain()
    changes = ["priority-4", f"owner-{cast.stan.pk}"]
    first = rule(name="1", trigger="priority", changes=changes)
    addresses = ["/settings/rules/", f"/settings/rules/{first.pk}/?whole=1", f"/settings/rules/{first.pk}/versions/"]
    set_priority(shop.case, priority=3, actor=Actor.human(cast.marco))
    drain()
    cost(addresses[0])
    before = [cost(address) for address in addresses]
    for number in range(3):
        rule(name=f"N{number}", trigger="priority", changes=[*changes, "waiting-us"])
        anna.post(f"/settings/rules/{first.pk}/{'off' if number % 2 == 0 else 'on'}/")
    anna.post(f"/settings/rules/{first.pk}/on/")
    for priority in (1, 2, 3):
        set_priority(shop.case, priority=priority, actor=Actor.human(cast.marco))
        drain()
    cost(addresses[0])
    assert [cost(address) for address in addresses] == before


def test_strangers_get_404_and_leads_change_nothing(shop, cast, anna, client_of, rule):
    made = rule()
    own = f"/settings/rules/{made.pk}/"
    reading = ["/settings/rules/", own, f"{own}versions/"]
    writing = ["/settings/rules/new/", "/settings/rules/try/", f"{own}edit/"]
    writing += [f"{own}{verb}/" for verb in ("move", "on", "off", "resume", "back", "delete")]
    for stranger in (cast.stan, cast.olga):
        client = client_of(stranger)
        assert {client.get(address).status_code for address in reading} == {404}
        assert {client.post(address, GIVEN).status_code for address in writing} == {404}
    lead = client_of(cast.lena)
    assert {lead.get(address).status_code for address in reading} == {200}
    assert {lead.post(address, GIVEN).status_code for address in writing} == {404}
    made.refresh_from_db()
    assert (made.version, made.is_active, made.deleted_at) == (1, True, None)
    delete_rule(made, author=cast.anna)
    assert anna.get(own).status_code == 404
    tag = create_tag("leak", actor=Actor.human(cast.anna))
    add_tag(shop.case, tag=tag, actor=Actor.human(cast.anna))
    drain()
    assert not made.runs.exists()
    assert anna.get("/settings/rules/999/").status_code == 404
