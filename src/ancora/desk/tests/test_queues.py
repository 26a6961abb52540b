"""Lists: what stands in them, what is new, and that their price does not grow."""

import re
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases import commands
from ancora.cases.models import Case
from ancora.desk.tests.conftest import letter
from ancora.platform.events.actors import Actor

PART = {"HTTP_HX_REQUEST": "true"}


@contextmanager
def counted():
    with CaptureQueriesContext(connection) as queries:
        yield queries


def fill(arrive, mailbox, cast, count: int, start: int = 0) -> None:
    """Cases of different customers with owners, tags, teams."""
    for number in range(start, start + count):
        mail = letter(
            sender=f"C{number} <c{number}@example.org>", subject=f"S{number}", message_id=f"<f{number}@example.org>"
        )
        arrive(mail, mailbox)
    tag = commands.create_tag("warranty", actor=Actor.human(cast.anna))
    for case in Case.objects.filter(owner=None):
        commands.assign_case(case, owner=cast.anna, actor=Actor.human(cast.anna))
        commands.add_tag(case, tag=tag, actor=Actor.human(cast.anna))


@pytest.mark.parametrize("page", ["/queues/open/", "/queues/open/news/", "/search/?q=leaks"])
def test_queries_of_a_list_do_not_depend_on_its_length(shop, cast, client_of, arrive, page):
    anna = client_of(cast.anna)
    anna.get(page)
    fill(arrive, shop.mailbox, cast, 2)
    with counted() as few:
        assert anna.get(page).status_code == 200
    fill(arrive, shop.mailbox, cast, 12, start=100)
    with counted() as many:
        assert anna.get(page).status_code == 200
    assert len(many) == len(few)
    assert len(few) <= 16


def test_row_says_what_the_case_is(shop, cast, client_of):
    actor = Actor.human(cast.anna)
    commands.assign_case(shop.case, owner=cast.lena, actor=actor)
    commands.set_priority(shop.case, priority=4, actor=actor)
    commands.add_tag(shop.case, tag=commands.create_tag("warranty", actor=actor), actor=actor)
    page = client_of(cast.anna).get("/queues/open/").content.decode()
    for shown in [
        "The grinder leaks",
        "It leaks again.",
        f"#{shop.case.reference}",
        "Carla Bianchi",
        "LV",
        "warranty",
        "urgent",
    ]:
        assert shown in page, shown


def test_more_gives_the_next_rows_only(cast, mailbox, arrive, client_of):
    fill(arrive, mailbox, cast, 33)
    anna = client_of(cast.anna)
    first = anna.get("/queues/open/")
    assert first.content.decode().count('class="row"') == 30
    following = first.context["page"].next
    more = anna.get(f"/queues/open/?after={following}&part=rows", **PART).content.decode()
    assert more.count('class="row"') == 3
    assert "<html" not in more


def test_counts_stand_beside_the_queues(shop, cast, client_of):
    sidebar = client_of(cast.anna).get("/queues/open/").context["sidebar"]
    assert {link.id: link.count for link in sidebar.queues}["open"] == 2
    assert {link.id for link in sidebar.removed} == {"spam", "trash"}


def test_news_count_new_cases_and_redraw_changed_rows_in_place(shop, cast, client_of, arrive):
    anna = client_of(cast.anna)
    case = shop.case
    seen = f"{case.pk}.{case.version}.{int(case.last_message_at.timestamp())}"
    seen += f",{shop.hidden.pk}.{shop.hidden.version}.{int(shop.hidden.last_message_at.timestamp())}"
    quiet = anna.get(f"/queues/open/news/?seen={seen}").content.decode()
    assert "1 new" not in quiet
    assert 'class="row"' not in quiet
    commands.set_priority(case, priority=3, actor=Actor.human(cast.lena))
    arrive(letter(subject="Another", message_id="<n@example.org>", sender="n@example.org"), shop.mailbox)
    commands.move_to_trash(shop.hidden, actor=Actor.human(cast.anna))
    news = anna.get(f"/queues/open/news/?seen={seen}").content.decode()
    assert "1 new" in news
    assert f'id="case-{case.pk}"' in news
    assert 'hx-swap-oob="true"' in news
    assert f'data-gone="case-{shop.hidden.pk}"' in news
    assert "Another" not in news


def test_news_are_only_what_the_screen_does_not_show_yet(shop, cast, client_of, arrive):
    anna, actor = client_of(cast.anna), Actor.human(cast.lena)

    def shown(page) -> dict[str, str]:
        return {
            "seen": ",".join(re.findall(r'data-seen="([^"]+)"', page)),
            "queues": re.search(r'data-queues="([^"]+)"', page)[1],
            "fresh": "0",
        }

    def news(screen):
        answer = anna.get("/queues/open/news/", screen)
        return answer.status_code, answer.content.decode()

    screen = shown(anna.get("/queues/open/").content.decode())
    with counted() as asked:
        assert news(screen) == (204, "")
    # Nothing is read whole where nothing changed.
    assert not [one for one in asked if "excerpt" in one["sql"]]
    # A row changed, no count did.
    commands.set_priority(shop.case, priority=3, actor=actor)
    status, told = news(screen)
    assert (status, re.findall(r'id="(case-\d+|queues)"', told)) == (200, [f"case-{shop.case.pk}"])
    # A count changed, no row did.
    screen = {**screen, "seen": shown(anna.get("/queues/open/").content.decode())["seen"]}
    arrive(letter(subject="Another", message_id="<n@example.org>", sender="n@example.org"), shop.mailbox)
    status, told = news({**screen, "fresh": "1"})
    assert (status, re.findall(r'id="(case-\d+|queues)"', told)) == (200, ["queues"])
    screen["queues"] = re.search(r'data-queues="([^"]+)"', told)[1]
    assert 'data-fresh="1"' in news(screen)[1]
    assert news({**screen, "fresh": "1"}) == (204, "")
    # What is no longer new is taken from the screen.
    screen["seen"] = shown(anna.get("/queues/open/").content.decode())["seen"]
    status, told = news({**screen, "fresh": "1"})
    assert (status, 'class="news"' in told) == (200, False)
    # What left is told once.
    commands.move_to_trash(shop.hidden, actor=actor)
    told = news(screen)[1]
    assert f'data-gone="case-{shop.hidden.pk}"' in told
    screen = {**screen, "queues": re.search(r'data-queues="([^"]+)"', told)[1], "gone": f"{shop.hidden.pk},x"}
    assert news(screen) == (204, "")


@pytest.mark.parametrize("page", ["/queues/nonsense/", "/queues/open/?after=rubbish"])
def test_unknown_queue_or_cursor_is_not_found(shop, cast, client_of, page):
    assert client_of(cast.anna).get(page).status_code == 404


def test_empty_queue_teaches(cast, client_of):
    assert "Nothing waits for you" in client_of(cast.anna).get("/queues/mine/").content.decode()


def test_removed_case_leaves_the_queues_and_comes_back(shop, cast, client_of):
    anna = client_of(cast.anna)
    anna.post(f"/cases/{shop.case.reference}/status/", {"status": "spam"})
    assert "The grinder leaks" not in anna.get("/queues/open/").content.decode()
    assert "The grinder leaks" in anna.get("/queues/spam/").content.decode()
    anna.post(f"/cases/{shop.case.reference}/status/", {"status": "restored"})
    assert "The grinder leaks" in anna.get("/queues/open/").content.decode()
