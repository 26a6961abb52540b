"""Many cases changed from a list: what is chosen, what is said of it, and who may."""

from uuid import uuid4

import pytest

from ancora.cases.bulk.models import BulkChange
from ancora.cases.bulk.tests.conftest import cases
from ancora.cases.commands import assign_case, set_priority
from ancora.cases.commands.saved_views import save_view
from ancora.cases.models import Case
from ancora.desk.live import hears_bulks
from ancora.desk.tests.test_queues import PART, counted, fill
from ancora.platform import clock
from ancora.platform.events.actors import Actor

__all__ = ["cases"]


def begin(client, chosen=(), **given):
    sent = {"cases": ",".join(str(case.pk) for case in chosen), "form_key": uuid4(), **given}
    return client.post("/bulk/", sent, **PART)


def test_few_are_changed_at_once_and_undone(cases, cast, client_of):
    anna, three = client_of(cast.anna), cases(3)
    answer = begin(anna, three, priority="priority-4")
    assert "3 cases changed" in answer.content.decode()
    assert "bulk:begun" in answer.headers["HX-Trigger"]
    bulk = BulkChange.objects.get()
    undone = anna.post(f"/bulk/{bulk.pk}/undo/", **PART).content.decode()
    assert "3 cases are as they were" in undone
    assert not Case.objects.filter(priority=4).exists()
    assert "Priority: urgent" in anna.get("/bulk/").content.decode()
    assert anna.post(f"/bulk/{bulk.pk}/undo/").url == f"/bulk/{bulk.pk}/"


def test_what_was_not_changed_is_named_with_its_reason(cases, cast, client_of):
    told = begin(client_of(cast.anna), [first := cases(1)[0]], status="closed-yes").content.decode()
    assert "1 not changed" in told
    assert f"#{first.reference}</a>" in told
    assert "Resolve the case first" in told


@pytest.mark.parametrize(
    "shelf", ["queue=open", "queue=view&view={view}", "q=is:open", "queue=open&team={team}", "q=is:open+owner:me"]
)
def test_everything_is_what_the_list_held_when_it_was_drawn(shop, cases, cast, client_of, arrive, shelf):
    from ancora.cases.commands import hand_off_case
    from ancora.desk.tests.conftest import letter

    three = cases(3)
    for case in three:
        assign_case(case, owner=cast.lena, actor=Actor.human(cast.lena))
        hand_off_case(case, team=shop.insiders, author=cast.lena, owner=cast.lena)
    view = save_view(label="Open", conditions="is:open owner:me", author=cast.lena)
    drawn_at = clock.now().isoformat()
    arrive(letter(subject="Later", sender="new@example.org", message_id="<later@example.org>"), shop.mailbox)
    client, address = client_of(cast.lena), shelf.format(view=view.pk, team=shop.insiders.pk)
    count = client.get("/bulk/count/", {"shelf": address, "drawn_at": drawn_at}).content.decode()
    assert "all 3 cases" in count
    begin(client, everything="1", shelf=address, drawn_at=drawn_at, priority="priority-3")
    assert set(Case.objects.filter(priority=3)) == set(three)


def test_beginnings_are_everything_only_where_the_page_found_them(shop, cast, client_of, arrive):
    from ancora.desk.tests.conftest import letter

    client = client_of(cast.anna)
    for words, address in (("grind", "q=grind&amp;begun=grind"), ("grinder", "q=grinder")):
        page = client.get("/search/", {"q": words}).content.decode()
        assert f'data-shelf="{address}"' in page
    drawn_at = clock.now().isoformat()
    arrive(letter(subject="grind", message_id="<later@example.org>"), shop.mailbox)
    for address, count in (("q=grind&begun=grind", "the 1 case"), ("q=grind", "all 0 cases")):
        told = client.get("/bulk/count/", {"shelf": address, "drawn_at": drawn_at}).content.decode()
        assert count in told


def test_many_are_handed_to_the_worker_and_can_be_stopped(cases, cast, client_of):
    anna = client_of(cast.anna)
    told = begin(anna, cases(26), priority="priority-4").content.decode()
    bulk = BulkChange.objects.get()
    assert "0 of 26 done" in told
    assert f'data-live-topic="bulk-{bulk.pk}"' in told
    stopped = anna.post(f"/bulk/{bulk.pk}/stop/", **PART).content.decode()
    assert "stopped, 26 not reached" in stopped
    assert not Case.objects.filter(priority=4).exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Choose at least one change."),
        ({"priority": "priority-9"}, "Select a valid choice"),
        ({"priority": "priority-4", "cases": "1,two"}, "Choose at least one case."),
        ({"priority": "priority-4", "cases": ""}, "Choose at least one case."),
        ({"status": "open-again", "snooze": "tomorrow"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_done_is_said_in_the_form(cases, cast, client_of, given, words):
    answer = begin(client_of(cast.anna), cases(1), **given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.headers["HX-Retarget"] == "#bulk-choose"
    assert not BulkChange.objects.exists()


def test_stranger_sees_and_changes_nothing(shop, cases, cast, client_of):
    begin(client_of(cast.anna), cases(2), priority="priority-4")
    bulk, stan = BulkChange.objects.get(), client_of(cast.stan)
    assert stan.get(f"/bulk/{bulk.pk}/").status_code == 404
    assert stan.post(f"/bulk/{bulk.pk}/undo/").status_code == 404
    assert stan.post(f"/bulk/{bulk.pk}/stop/").status_code == 404
    assert "Priority: urgent" not in stan.get("/bulk/").content.decode()
    assert (hears_bulks(cast.anna, {bulk.pk}), hears_bulks(cast.stan, {bulk.pk})) == ({bulk.pk}, set())
    view = save_view(label="Anna's", conditions="is:open", author=cast.anna)
    assert stan.get("/bulk/count/", {"shelf": f"queue=view&view={view.pk}"}).status_code == 404
    assert begin(stan, [shop.hidden], priority="priority-3").status_code == 422
    set_priority(shop.hidden, priority=1, actor=Actor.human(cast.anna))
    begin(stan, everything="1", shelf="queue=open", priority="priority-3")
    assert Case.objects.get(pk=shop.hidden.pk).priority == 1


def test_observers_choose_nothing(cases, cast, client_of):
    cases(1)
    observer = client_of(cast.olga)
    page = observer.get("/queues/open/").content.decode()
    assert 'class="pick"' not in page
    assert 'id="bulk"' not in page
    for address in ("/bulk/", "/bulk/choose/", "/bulk/count/"):
        assert observer.get(address).status_code == 403
    assert begin(observer, priority="priority-4").status_code == 403


def test_queries_do_not_depend_on_how_many_are_chosen_or_were_changed(shop, cases, cast, client_of, arrive):
    anna, two = client_of(cast.anna), cases(2)
    counts = []
    for number in range(2):
        begin(anna, Case.objects.all() if number else two, priority=f"priority-{3 + number}", status="waiting-us")
        bulk = BulkChange.objects.latest("pk")
        anna.get("/bulk/")
        with counted() as queries:
            anna.get("/bulk/")
            anna.get(f"/bulk/{bulk.pk}/", **PART)
            anna.get("/bulk/choose/")
        counts.append(len(queries))
        fill(arrive, shop.mailbox, cast, 8, start=200)
    assert counts[0] == counts[1]
