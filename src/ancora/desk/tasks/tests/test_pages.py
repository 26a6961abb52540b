"""Tasks at the desk: given, found, done; and what strangers and observers may."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case, Outcome, Task
from ancora.cases.tasks.commands import create_task
from ancora.cases.tasks.tests.conftest import otto
from ancora.conversations.models import Message
from ancora.desk.tests.conftest import shop
from ancora.parties.models import Membership, Team, ThirdParty
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.live.topics import heard_by

__all__ = ["otto", "shop"]
VERBS = ["done", "cancel", "comment", "write"]


@pytest.fixture
def hidden_task(shop, cast, otto):
    return create_task(shop.hidden, title="Secret work", assignee=otto, author=cast.marco)


def side_message(task) -> Message:
    return Message.objects.get(outgoing__recipients__address=task.third_party.address)


def pages_of(task) -> list[str]:
    pk = side_message(task).pk
    parts = ["body/", "quoted/", "original/", "case/"]
    return [
        f"/tasks/{task.pk}/",
        f"/cases/{task.case.reference}/tasks/new/",
        *(f"/messages/{pk}/{one}" for one in parts),
    ]


def test_stranger_is_sent_to_the_sign_in(hidden_task, client_of):
    for page in [*pages_of(hidden_task), "/tasks/"]:
        assert client_of().get(page).status_code == 302, page
    for verb in VERBS:
        assert "/accounts/login/" in client_of().post(f"/tasks/{hidden_task.pk}/{verb}/")["Location"]


def test_task_of_a_case_one_may_not_see_is_not_found(hidden_task, cast, client_of):
    stan, marco = client_of(cast.stan), client_of(cast.marco)
    for page in pages_of(hidden_task):
        assert stan.get(page).status_code == 404, page
        assert marco.get(page).status_code in (200, 302), page
    for verb in VERBS:
        assert stan.post(f"/tasks/{hidden_task.pk}/{verb}/", {"text": "x"}).status_code == 404
    Task.objects.update(person=cast.stan, third_party=None, conversation=None)
    assert "Secret work" not in stan.get("/tasks/").content.decode()


def test_observer_reads_and_comments(shop, cast, otto, client_of):
    task, olga = create_task(shop.case, title="Ask Otto", assignee=otto, author=cast.marco), client_of(cast.olga)
    page = olga.get(f"/tasks/{task.pk}/").content.decode()
    assert "Ask Otto" in page
    assert "Send to the third party" not in page
    assert olga.get(f"/cases/{shop.case.reference}/tasks/new/").status_code == 403
    for verb in ["done", "cancel", "write"]:
        assert olga.post(f"/tasks/{task.pk}/{verb}/", {"text": "x"}).status_code == 403
    assert olga.post(f"/tasks/{task.pk}/comment/", {"text": "He is on holiday"}).status_code == 302
    assert "He is on holiday" in client_of(cast.marco).get(f"/tasks/{task.pk}/").content.decode()


def test_no_page_of_the_customers_thread_takes_a_side_message(shop, cast, otto, client_of):
    task, marco = create_task(shop.case, title="Ask Otto", assignee=otto, author=cast.marco), client_of(cast.marco)
    pk, case = side_message(task).pk, f"/cases/{shop.case.reference}/"
    page = marco.get(case).content.decode()
    assert 'class="message ours beside"' in page
    assert f'data-about="/messages/{pk}/"' not in page
    for address in [
        f"/messages/{pk}/",
        f"/messages/{pk}/move/",
        f"{case}composer/?answers={pk}",
        f"{case}?forward={pk}",
    ]:
        assert marco.get(address).status_code == 404, address
    letter = {"to": "carla@example.org", "text": "Hello", "answers": pk, "forwards": pk}
    assert marco.post(f"{case}reply/", letter).status_code == 404
    assert marco.post(f"{case}forward/", letter).status_code == 404
    assert marco.post(f"/messages/{pk}/sender/").status_code == 404


def test_given_to_a_firm_nobody_knew_with_a_form_that_is_sent_twice(shop, cast, client_of):
    stan, page = client_of(cast.stan), f"/cases/{shop.case.reference}/tasks/new/"
    given = {
        "title": "Repair it",
        "text": "Soon",
        "assignee": "new",
        "new_name": "Otto Repairs",
        "new_address": "otto",
        "form_key": "7d1f8b52-6a4e-4c8b-8f4e-0d1b2c3d4e5f",
        "waits": "on",
    }
    wrong = stan.post(page, given)
    assert wrong.status_code == 422
    assert "Repair it" in wrong.content.decode()
    assert not ThirdParty.objects.exists()
    for _twice in range(2):
        assert stan.post(page, given | {"new_address": "otto@repairs.example"}).status_code == 302
    task = Task.objects.get()
    assert (task.third_party.name, task.case.status, task.case.waiting_on) == ("Otto Repairs", "waiting", "third_party")
    assert stan.post(f"/tasks/{task.pk}/write/", {"text": " "}).status_code == 422
    assert stan.post(f"/tasks/{task.pk}/done/", {"text": "New seal"}).status_code == 302
    page = stan.get(f"/tasks/{task.pk}/").content.decode()
    assert "New seal" in page
    assert stan.post(f"/tasks/{task.pk}/cancel/").status_code == 422


def test_files_of_the_case_and_new_ones_go_to_the_third_party_alone(shop, cast, otto, client_of):
    marco, page = client_of(cast.marco), f"/cases/{shop.hidden.reference}/tasks/new/"
    photo = shop.hidden_attachment
    assert f'value="{photo.pk}"' in marco.get(page).content.decode()
    given = {"title": "What is it?", "assignee": f"team-{shop.insiders.pk}", "enclosed": [photo.pk]}
    refused = marco.post(page, given)
    assert refused.status_code == 422
    assert "I file vanno solo ai terzi" in refused.content.decode()
    assert marco.post(page, given | {"assignee": f"third-{otto.pk}", "enclosed": ["999999"]}).status_code == 422
    plan = SimpleUploadedFile("plan.txt", b"here", "text/plain")
    assert marco.post(page, given | {"assignee": f"third-{otto.pk}", "files": plan}).status_code == 302
    task = Task.objects.get()
    sent = Message.objects.get(direction="out")
    assert [one.filename for one in sent.attachments.all()] == [photo.filename, "plan.txt"]
    assert f'value="{photo.pk}"' in marco.get(f"/tasks/{task.pk}/").content.decode()
    again = {"text": "And this?", "files": SimpleUploadedFile("two.txt", b"2", "text/plain"), "enclosed": photo.pk}
    assert marco.post(f"/tasks/{task.pk}/write/", again).status_code == 302
    newest = Message.objects.filter(direction="out").latest("pk")
    assert [one.filename for one in newest.attachments.all()] == [photo.filename, "two.txt"]


def test_given_on_from_its_page_by_agents_only(shop, cast, client_of, hidden_task):
    task, stan = create_task(shop.case, title="Call", assignee=cast.stan, author=cast.marco), client_of(cast.stan)
    page = f"/tasks/{task.pk}/assign/"
    assert page in stan.get(f"/tasks/{task.pk}/").content.decode()
    assert "Stan Meyer has it now" in stan.get(page).content.decode()
    assert stan.post(page, {"assignee": "new", "new_address": "x"}).status_code == 422
    assert stan.post(page, {"assignee": f"person-{cast.lena.pk}"}).status_code == 302
    assert Task.objects.get(pk=task.pk).person == cast.lena
    for verb in ("get", "post"):
        assert getattr(client_of(cast.olga), verb)(page).status_code == 403
        assert getattr(stan, verb)(f"/tasks/{hidden_task.pk}/assign/").status_code == 404
        assert getattr(client_of(), verb)(page).status_code == 302


def test_when_it_is_due_is_changed_on_its_page_by_agents_only(shop, cast, client_of, hidden_task):
    task, stan = create_task(shop.case, title="Call", assignee=cast.stan, author=cast.marco), client_of(cast.stan)
    page, moment = f"/tasks/{task.pk}/due/", (clock.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    assert page in stan.get(f"/tasks/{task.pk}/").content.decode()
    wrong = stan.post(page, {"due_at": "2001-01-01T10:00"})
    assert wrong.status_code == 422
    assert "Choose a due time in the future." in wrong.content.decode()
    assert stan.post(page, {"due_at": "x"}).status_code == 422
    assert stan.post(page, {"due_at": moment.isoformat()}).status_code == 302
    assert Task.objects.get(pk=task.pk).due_at == moment
    assert page not in client_of(cast.olga).get(f"/tasks/{task.pk}/").content.decode()
    assert client_of(cast.olga).post(page, {"due_at": ""}).status_code == 403
    assert stan.post(f"/tasks/{hidden_task.pk}/due/", {"due_at": ""}).status_code == 404
    assert client_of().post(page, {"due_at": ""}).status_code == 302
    assert heard_by(cast.stan, [f"task-{task.pk}", f"task-{hidden_task.pk}", "task-0"]) == {f"task-{task.pk}"}


def test_those_are_offered_who_find_the_task_and_nobody_else_gets_it(shop, cast, client_of):
    empty, outsiders = Team.objects.create(name="Newcomers"), Team.objects.create(name="Outsiders")
    Membership.objects.create(team=outsiders, user=cast.stan)
    marco = client_of(cast.marco)

    def offered(case) -> set[str]:
        page = marco.get(f"/cases/{case.reference}/tasks/new/").content.decode()
        return {one for one in ("Insiders", "Newcomers", "Outsiders", *everybody) if f">{one}</option>" in page}

    everybody = [str(one) for one in (cast.anna, cast.marco, cast.stan, cast.olga)]
    assert offered(shop.case) == {"Insiders", "Newcomers", "Outsiders", *everybody[:3]}
    assert offered(shop.hidden) == {"Insiders", "Newcomers", *everybody[:2]}
    create_task(shop.hidden, title="Call", assignee=empty, author=cast.marco)
    for whom, why in ((cast.olga, "Observers"), (outsiders, "Nobody in Outsiders sees"), (cast.stan, "does not see")):
        with pytest.raises(Refusal, match=why):
            create_task(shop.hidden, title="Call", assignee=whom, author=cast.marco)


def test_a_case_with_open_tasks_is_resolved_by_one_more_click(shop, cast, client_of):
    create_task(shop.case, title="Call Carla", assignee=cast.lena, author=cast.marco)
    stan, page = client_of(cast.stan), f"/cases/{shop.case.reference}/"
    choice = {"status": f"resolved-{Outcome.objects.first().pk}"}
    for headers in ({}, {"HX-Request": "true"}):
        warned = stan.post(f"{page}status/", choice, headers=headers)
        assert warned.status_code == 422
        assert "Call Carla" in warned.content.decode()
        assert "Resolve it all the same" in warned.content.decode()
    written = {"to": "carla@example.org", "text": "Done", "then": choice["status"]}
    stan.post(f"{page}reply/", written)
    shop.case.refresh_from_db()
    assert shop.case.status == "open"
    assert stan.post(f"{page}status/", choice | {"anyway": "1"}).status_code == 302
    shop.case.refresh_from_db()
    assert shop.case.status == "resolved"


def queries(client, page) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(page).status_code == 200
    return len(seen)


def test_pages_ask_the_same_however_many_tasks_there_are(shop, cast, otto, client_of):
    stan, due = client_of(cast.stan), clock.now() + timedelta(hours=1)
    pages = ["/tasks/", f"/cases/{shop.case.reference}/"]

    def give():
        for assignee in (cast.stan, otto):
            create_task(shop.case, title="Work", assignee=assignee, author=cast.stan, due_at=due)

    give()
    first = [queries(stan, page) for page in pages]
    give()
    give()
    assert [queries(stan, page) for page in pages] == first


def test_mine_show_the_late_ones_first_and_are_counted_beside_the_queues(shop, cast, client_of):
    due = clock.now() + timedelta(hours=1)
    for title, at in (("No hurry", None), ("Long ago", due)):
        create_task(shop.case, title=title, assignee=cast.stan, author=cast.marco, due_at=at)
    Task.objects.filter(title="Long ago").update(due_at=clock.now() - timedelta(days=1))
    page = client_of(cast.stan).get("/tasks/").content.decode()
    assert page.index("Long ago") < page.index("No hurry")
    assert '<span class="label">My tasks</span><span class="num">2</span>' in page
    assert "No open tasks" in client_of(cast.lena).get("/tasks/").content.decode()
    assert Case.objects.count() == 2
