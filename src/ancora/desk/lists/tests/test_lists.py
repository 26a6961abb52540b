"""Lists in the shape a person chose: kept for each person, and with a saved list for all who see it."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases import commands
from ancora.cases.commands.saved_views import save_view
from ancora.cases.lists.tests.conftest import many
from ancora.cases.models import Case, ListShape
from ancora.desk.tests.conftest import shop
from ancora.platform.events.actors import Actor
from ancora.platform.events.models import StoredEvent

__all__ = ["many", "shop"]
PART = {"HTTP_HX_REQUEST": "true"}
TABLE = {"layout": "table", "order": "priority", "group": "", "columns": ["number", "subject", "owner", "tasks"]}


@contextmanager
def counted():
    with CaptureQueriesContext(connection) as queries:
        yield queries


def shaped(client, name="open", query="", **chosen):
    return client.post(f"/queues/{name}/shape/{query}", {**TABLE, **chosen}, **PART)


def heads(page: str) -> list[str]:
    return re.findall(r'<th scope="col" class="c-(\w+)"', page)


def seen(page: str) -> str:
    return ",".join(re.findall(r'data-seen="([\d.]+)"', page))


def test_table_is_kept_for_one_person_and_one_queue(shop, cast, client_of):
    anna = client_of(cast.anna)
    shown = shaped(anna).content.decode()
    assert 'id="shape-form"' in shown
    assert 'id="list" hx-swap-oob="innerHTML"' in shown
    page = anna.get("/queues/open/").content.decode()
    assert heads(page) == ["number", "subject", "owner", "tasks"]
    assert "The grinder leaks" in page
    assert f'id="row-{shop.case.reference}"' in page
    assert "<table" not in anna.get("/queues/unassigned/").content.decode()
    assert "<table" not in client_of(cast.lena).get("/queues/open/").content.decode()
    anna.post("/queues/open/shape/", {"usual": "1"})
    assert not ListShape.objects.exists()


def test_head_of_a_column_orders_by_it_and_says_so(shop, cast, client_of):
    anna = client_of(cast.anna)
    shaped(anna, columns=["subject", "opened", "last"])
    page = anna.post("/queues/open/shape/", {"order": "oldest"}, **PART).content.decode()
    assert re.search(
        r'class="c-opened" aria-sort="ascending"><button type="button" id="head-opened"[^>]*value="newest"', page
    )
    assert page.count("aria-sort") == 1
    assert "shape-form" not in page
    assert anna.post("/queues/open/shape/", {"order": "newest"}).url == "/queues/open/"
    assert 'aria-sort="descending"' in anna.get("/queues/open/").content.decode()


def test_menu_moves_a_column_and_keeps_the_subject(shop, cast, client_of):
    anna = client_of(cast.anna)
    page = shaped(anna, columns=["owner", "last", "number"], move="number-back").content.decode()
    assert heads(page) == ["subject", "owner", "number", "last"]
    assert 'value="number-back"' in anna.get("/queues/open/shape/", **PART).content.decode()


@pytest.mark.parametrize("wrong", [{"order": "moon"}, {"layout": "moon"}, {"columns": ["moon"]}, {"move": "moon-on"}])
def test_nonsense_is_told_and_changes_nothing(shop, cast, client_of, wrong):
    answer = shaped(client_of(cast.anna), **wrong)
    assert answer.status_code == 422
    assert "It stays as it was" in answer.content.decode()
    assert client_of(cast.anna).post("/queues/open/shape/", {"order": "moon"}).status_code == 400
    assert not ListShape.objects.exists()


def test_groups_have_headings_with_counts_also_as_cards(shop, cast, client_of):
    commands.assign_case(shop.case, owner=cast.lena, actor=Actor.human(cast.anna))
    anna = client_of(cast.anna)
    assert (
        '<h3><span class="words"><bdi>nobody</bdi> <span class="num">1</span>'
        in shaped(anna, layout="cards", group="owner").content.decode()
    )
    table = shaped(anna, group="owner").content.decode()
    assert (
        '<th colspan="5" scope="rowgroup"><span class="words"><bdi>Lena Vogt</bdi> <span class="num">1</span>' in table
    )
    assert 'scope="rowgroup"><span class="words"><bdi>nobody' in table
    stan = client_of(cast.stan)
    assert "nobody" not in shaped(stan, group="owner").content.decode()


def test_screen_keeps_the_shape_in_which_it_was_drawn(shop, cast, client_of):
    """Somebody changes a list that others have open: what comes to their screens has the form of what is there."""
    anna = client_of(cast.anna)
    page = anna.get("/queues/open/").content.decode()
    drawn = re.search(r'hx-vals=\'{"drawn": "([^"]+)"}\'', page)[1]
    shaped(anna)
    commands.set_priority(shop.case, priority=4, actor=Actor.human(cast.marco))
    row = f'id="case-{shop.case.pk}"'
    assert f"<li {row}" in anna.get("/queues/open/news/", {"seen": seen(page), "drawn": drawn}).content.decode()
    assert f"<tr {row}" in anna.get("/queues/open/news/", {"seen": seen(page)}).content.decode()
    assert f"<li {row}" in anna.get("/queues/open/", {"part": "rows", "drawn": drawn}, **PART).content.decode()


def test_what_grows_without_end_is_grouped_by_days_alone(shop, cast, client_of):
    Case.objects.update(status="resolved", resolved_at=shop.case.opened_at)
    anna = client_of(cast.anna)
    assert 'scope="rowgroup"' not in shaped(anna, name="resolved", group="customer").content.decode()
    menu = anna.get("/queues/resolved/shape/", **PART).content.decode()
    assert re.findall(r'<option value="(owner|customer|day)"', menu) == ["day"]
    assert 'scope="rowgroup"' in shaped(anna, name="resolved", order="latest", group="day").content.decode()


def test_saved_list_is_shaped_for_all_by_those_who_may_and_for_oneself_by_others(shop, cast, client_of):
    view = save_view(label="Ours", conditions="is:open", author=cast.anna, is_for_all=True)
    query = f"?view={view.pk}"
    told = StoredEvent.objects.count()
    shaped(client_of(cast.anna), "view", query)
    assert StoredEvent.objects.count() == told + 1
    marco = client_of(cast.marco)
    assert heads(marco.get(f"/queues/view/{query}").content.decode()) == TABLE["columns"]
    shaped(marco, "view", query, columns=["subject"])
    assert heads(marco.get(f"/queues/view/{query}").content.decode()) == ["subject"]
    assert heads(client_of(cast.stan).get(f"/queues/view/{query}").content.decode()) == TABLE["columns"]
    marco.post(f"/queues/view/shape/{query}", {"usual": "1"}, **PART)
    assert heads(marco.get(f"/queues/view/{query}").content.decode()) == TABLE["columns"]


def test_stranger_gets_404(shop, cast, client_of):
    own = save_view(label="Own", conditions="is:open", author=cast.anna)
    for query in (f"?view={own.pk}", "?view=999", ""):
        assert shaped(client_of(cast.marco), "view", query).status_code == 404
        assert client_of(cast.marco).get(f"/queues/view/shape/{query}").status_code == 404
    assert shaped(client_of(cast.marco), "moon").status_code == 404
    assert "/accounts/login/" in shaped(client_of()).headers["Location"]


def test_news_redraw_rows_of_a_table_and_leave_what_only_moved_down(cast, many, client_of):
    many(40)
    anna = client_of(cast.anna)
    shaped(anna)
    page = anna.get("/queues/open/")
    first = page.context["page"].cases
    rows = seen(page.content.decode())
    quiet = anna.get("/queues/open/news/", {"seen": rows}).content.decode()
    assert "data-gone" not in quiet
    assert 'class="news"' not in quiet
    for case, number in ((first[0], 1), (first[1], 4)):
        commands.set_priority(case, priority=number, actor=Actor.human(cast.lena))
    commands.move_to_trash(first[2], actor=Actor.human(cast.lena))
    news = anna.get("/queues/open/news/", {"seen": rows}).content.decode()
    assert re.findall(r'data-gone="case-(\d+)"', news) == [str(first[2].pk)]
    # Two came up from behind the end: that is no news.
    assert 'class="news"' not in news
    low = Case.objects.filter(priority=1).exclude(pk__in=[case.pk for case in first]).first()
    commands.set_priority(low, priority=4, actor=Actor.human(cast.lena))
    commands.set_priority(first[4], priority=4, actor=Actor.human(cast.lena))
    commands.add_tag(
        first[4], tag=commands.create_tag("hot", actor=Actor.human(cast.anna)), actor=Actor.human(cast.anna)
    )
    news = anna.get("/queues/open/news/", {"seen": rows}).content.decode()
    assert "1 new" in news
    assert re.search(rf'<template><tr id="case-{first[4].pk}"[^>]*hx-swap-oob="true"', news.replace("\n", ""))


def test_queries_of_a_table_in_groups_do_not_depend_on_its_length(cast, many, client_of):
    anna = client_of(cast.anna)
    shaped(anna, group="customer", order="due")
    many(4)
    anna.get("/queues/open/")
    with counted() as few:
        anna.get("/queues/open/")
    many(30)
    with counted() as more:
        anna.get("/queues/open/")
    assert len(more) == len(few) <= 14


def test_rows_that_follow_do_not_repeat_the_heading_of_their_group(cast, many, client_of):
    many(40)
    Case.objects.update(team=None)
    anna = client_of(cast.anna)
    shaped(anna, group="team")
    page = anna.get("/queues/open/")
    assert page.content.decode().count('scope="rowgroup"') == 1
    more = anna.get("/queues/open/", {"after": page.context["page"].next, "part": "rows"}, **PART).content.decode()
    assert "rowgroup" not in more
    assert more.count('class="row"') == 10
    assert more.lstrip().startswith("<tr")
