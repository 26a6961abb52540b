"""The task in the forms of macros and rules."""

from uuid import uuid4

import pytest

from ancora.cases.macros.models import Macro
from ancora.cases.models import Task
from ancora.cases.rules.models import Rule
from ancora.desk.tests.test_rules import GIVEN, text
from ancora.desk.tests.test_undo import PART, page_of, reply, undo
from ancora.parties.models import Team
from ancora.platform.accounts.models import User

MACROS = "/settings/macros/"


@pytest.fixture
def task(db):
    repairs = Team.objects.create(name="Repairs")
    return {"task_what": "Look at {subject}", "task_for": f"team-{repairs.pk}", "task_amount": 2, "task_unit": "days"}


def test_lead_writes_a_macro_with_a_task_and_finds_it_again(shop, cast, client_of, task):
    lena = client_of(cast.lena)
    typed = {"name": "Seal", "whose": "all", "is_active": "on"}
    assert "Say for whom the task is." in lena.post(f"{MACROS}new/", {**typed, **task, "task_for": ""}).text
    assert "Say what is to be done." in lena.post(f"{MACROS}new/", {**typed, **task, "task_what": ""}).text
    assert lena.post(f"{MACROS}new/", {**typed, **task})["Location"] == MACROS
    macro = Macro.objects.get()
    said = "Task for Repairs, due in 2 working days: Look at {subject}"
    assert said in text(lena.get(MACROS))
    Team.objects.update(is_active=False)
    form = lena.get(f"{MACROS}{macro.pk}/").context["form"]
    assert {name: form[name].value() for name in task} == task
    place = f"/cases/{shop.case.reference}/macros/{macro.pk}/"
    page = text(client_of(cast.stan).get(place))
    assert "Look at The grinder leaks" in page
    assert "Repairs is no longer in use." in page
    assert "The task cannot be given" in text(lena.post(f"{MACROS}{macro.pk}/", {**typed, **task}))
    assert lena.post(f"{MACROS}{macro.pk}/", {**typed, "priority": "4"})["Location"] == MACROS
    assert Macro.objects.get().task is None


def test_administrator_writes_a_rule_with_a_task_and_tries_it(shop, cast, client_of, task):
    anna = client_of(cast.anna)
    given = {**GIVEN, **task, "priority": "", "form_key": uuid4()}
    assert "2 cases would have been touched." in text(anna.post("/settings/rules/try/", given))
    assert "is no placeholder" in text(anna.post("/settings/rules/try/", {**given, "task_what": "{x}"}))
    anna.post("/settings/rules/new/", given)
    rule = Rule.objects.get()
    assert [code[:5] for code in rule.changes] == ["task-"]
    assert "Task for Repairs, due in 2 working days" in text(client_of(cast.lena).get(f"/settings/rules/{rule.pk}/"))
    form = anna.get(f"/settings/rules/{rule.pk}/edit/").context["form"]
    assert {name: form[name].value() for name in task} == task


def test_undo_of_a_reply_takes_its_task_back(shop, cast, client_of, task):
    client_of(cast.lena).post(f"{MACROS}new/", {"name": "Seal", "whose": "all", "is_active": "on", **task})
    User.objects.filter(pk=cast.anna.pk).update(undo_seconds=10)
    anna = client_of(cast.anna)
    message = reply(anna, shop, change=[Macro.objects.get().task.code])
    assert Task.objects.get().state == "open"
    assert anna.get(page_of(shop.case)).status_code == 200
    assert undo(anna, message, **PART).status_code == 204
    assert Task.objects.get().state == "cancelled"
