"""Rules give tasks, in their own name, once for each cause."""

import pytest

from ancora.cases.commands import add_tag, create_tag
from ancora.cases.events import CaseTagged
from ancora.cases.models import Case, RuleRun, Task, TaskPlan
from ancora.cases.queries import timeline
from ancora.cases.rules.commands import bring_back_version, change_rule, create_rule, switch_rule
from ancora.cases.rules.queries import runs_of, versions_of
from ancora.cases.rules.running import run_rules
from ancora.cases.rules.tests.conftest import CONTENT
from ancora.cases.tasks.tests.conftest import otto
from ancora.conversations.models import Message
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.publishing import Published

__all__ = ["otto"]


@pytest.fixture
def repairs(db):
    return Team.objects.create(name="Repairs")


def write(cast, task, **content):
    return create_rule({**CONTENT, "changes": [], **content}, author=cast.anna, task=task)


def test_rule_gives_a_task_in_its_name_and_once_for_a_cause(shop, cast, otto):
    drain()
    rule = write(cast, TaskPlan(what="Fetch #{case number}\nFrom {name}", third_party=otto, amount=4, unit="hours"))
    leak = create_tag("leak", actor=Actor.human(cast.anna))
    told = Published(77, CaseTagged(case_id=shop.case.pk, tag_id=leak.pk), Actor.human(cast.marco), clock.now())
    run_rules(told)
    task = Task.objects.get()
    assert (task.author, task.rule, task.third_party) == (None, rule, otto)
    assert Message.objects.get(direction="out").author is None
    by = {one.who for one in timeline(cast.marco, shop.case) if one.change and one.change.type == "task.created"}
    assert by == {"Rule “Leaks are urgent”"}
    [done] = runs_of(cast.anna, rule)
    assert done.changes == ["Task for Otto Repairs, due in 4 working hours: Fetch #{case number}"]
    # Told again, and the case is another one by now: nothing more goes out.
    RuleRun.objects.all().delete()
    run_rules(told)
    assert (Task.objects.count(), Message.objects.filter(direction="out").count()) == (1, 1)
    add_tag(shop.case, tag=leak, actor=Actor.human(cast.marco))
    drain()
    assert Task.objects.count() == 2


def test_nobody_owns_the_case_so_nothing_is_done_and_the_log_says_so(shop, cast):
    drain()
    rule = write(cast, TaskPlan(what="Call"), changes=["priority-4"])
    add_tag(shop.case, tag=create_tag("leak", actor=Actor.human(cast.anna)), actor=Actor.human(cast.marco))
    drain()
    run = rule.runs.get()
    assert run.state == "refused"
    assert "Nobody owns the case." in run.why
    assert Case.objects.get(pk=shop.case.pk).priority == 2
    assert not Task.objects.exists()


def test_versions_say_what_differs_and_bring_the_task_back_if_somebody_gets_it(shop, cast, repairs):
    rule = write(cast, TaskPlan(what="Look", team=repairs))
    change_rule(rule, {**CONTENT, "changes": []}, seen=1, author=cast.anna, task=TaskPlan(what="Ask", team=repairs))
    rule.refresh_from_db()
    assert change_rule(rule, rule.content, seen=2, author=cast.anna).version == 2
    assert versions_of(cast.anna, rule)[0].differences == [("Then", "Task for Repairs: Look", "Task for Repairs: Ask")]
    Team.objects.filter(pk=repairs.pk).update(is_active=False)
    with pytest.raises(Refusal, match="Repairs is no longer in use"):
        bring_back_version(rule, 1, author=cast.anna)
    assert switch_rule(rule, is_active=False, author=cast.anna).version == 3
    with pytest.raises(Refusal, match="A rule is nobody"):
        write(cast, TaskPlan(what="Call {agent}"))
