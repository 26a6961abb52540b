"""A chat is one piece of news until it was looked at, whichever way somebody wants to hear of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases import subscribers
from ancora.cases.commands import add_note, assign_case, follow_case, merge_cases, show_presence
from ancora.cases.commands.saying import say_in_case
from ancora.cases.events import CaseContinued
from ancora.cases.models import Case, Notification
from ancora.cases.notifications.commands import choose_notifications, read_case
from ancora.cases.notifications.push.tests.at_work import turned_on, work_off
from ancora.cases.notifications.push.tests.conftest import receiver, service
from ancora.cases.notifications.queries import notification_page
from ancora.cases.notifications.reaching import STANDS
from ancora.conversations.chats.tests.rooms import Browser, open_account
from ancora.conversations.models import Message
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.publishing import Published

__all__ = ["receiver", "service"]


class Chat:
    """The chat of a visitor whose case is Lena's and is followed by Marco."""

    def __init__(self, cast, mailbox):
        self.visitor = Browser(open_account(mailbox))
        self.case = Case.objects.get(reference=self.visitor.begin().json()["reference"])
        assign_case(self.case, owner=cast.lena, actor=Actor.human(cast.lena))
        follow_case(self.case, person=cast.marco, actor=Actor.human(cast.marco))
        drain()

    def write(self, times: int = 1) -> None:
        """Lines of the visitor, each delivered before the next one."""
        for _ in range(times):
            assert self.visitor.write("And again").status_code == 200
            drain()

    def write_at_once(self, times: int) -> None:
        for _ in range(times):
            assert self.visitor.write("And again").status_code == 200
        drain()

    def answer(self, person: User) -> None:
        say_in_case(self.case, text="Gladly.", author=person, form_key=uuid4())
        drain()


@pytest.fixture
def chat(cast, mailbox) -> Chat:
    return Chat(cast, mailbox)


def told(person) -> list[str]:
    return [one.kind for one in notification_page(person)]


def rows(person) -> int:
    return Notification.objects.filter(person=person).count()


def jobs(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE %s", [f"%{name}"])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("way", ["write", "write_at_once"])
def test_lines_are_one_piece_of_news_until_each_has_looked(chat, cast, way):
    getattr(chat, way)(3)
    assert (told(cast.lena), told(cast.marco)) == (["answered"], ["followed"])
    # It is of the first of them.
    first = Message.objects.filter(direction="in").order_by("id")[1]
    assert set(Notification.objects.values_list("message", flat=True)) == {first.pk}
    read_case(chat.case, person=cast.lena)
    getattr(chat, way)(2)
    assert (told(cast.lena), told(cast.marco)) == (["answered", "answered"], ["followed"])


def test_line_for_which_news_stands_costs_one_statement_for_however_many(chat, cast):
    chat.write()
    lines = [_continued(chat.case, message) for message in Message.objects.filter(direction="in")]
    with CaptureQueriesContext(connection) as queries:
        subscribers.tell_of_message(lines)
    assert len(queries) == 1
    # Also for those whom nothing reaches.
    choose_notifications(cast.lena, choices={"answered": (False, "")}, pushed=[])
    User.objects.filter(pk=cast.marco.pk).update(is_active=False)
    Notification.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        subscribers.tell_of_message(lines)
    assert len(queries) == 1
    assert not Notification.objects.exists()


def test_told_twice_has_no_further_effect(chat, cast):
    chat.write()
    read_case(chat.case, person=cast.lena)
    subscribers.tell_of_message([_continued(chat.case, Message.objects.filter(direction="in").latest("id"))])
    assert told(cast.lena) == ["answered"]


def test_news_of_something_else_hide_no_line(chat, cast):
    add_note(chat.case, author=cast.stan, html="<p>Look.</p>")
    drain()
    chat.write()
    assert (told(cast.lena), told(cast.marco)) == (["answered", "noted"], ["followed", "followed"])


def test_mail_in_the_same_case_hides_no_line_and_is_told_each_time(chat, cast, mailbox, arrive):
    from ancora.desk.tests.conftest import letter

    arrive(letter(), mailbox)
    other = Case.objects.exclude(pk=chat.case.pk).get()
    merge_cases(other, into=Case.objects.get(pk=chat.case.pk), author=cast.lena)
    for number in (2, 3):
        reply = letter(subject=f"Re: The grinder leaks [#{other.reference}]", message_id=f"<{number}@example.org>")
        reply["In-Reply-To"] = "<first@example.org>"
        arrive(reply, mailbox)
    assert told(cast.lena) == ["answered", "answered"]
    chat.write(2)
    assert told(cast.lena) == ["answered", "answered", "answered"]


def test_nobody_hears_of_what_they_brought_in_themselves(chat, cast):
    message = Message.objects.filter(direction="in").latest("id")
    subscribers.tell_of_message([_continued(chat.case, message, by=Actor.human(cast.lena))])
    assert (told(cast.lena), told(cast.marco)) == ([], ["followed"])


def test_who_becomes_owner_is_told_of_the_next_line(chat, cast):
    chat.write()
    assign_case(chat.case, owner=cast.marco, actor=Actor.human(cast.lena))
    drain()
    chat.write(2)
    assert told(cast.marco) == ["answered", "assigned", "followed"]


def test_it_stands_for_half_a_day_at_most(chat, cast):
    chat.write()
    with clock.at(clock.now() + STANDS + timedelta(minutes=1)):
        chat.write(2)
    assert told(cast.lena) == ["answered", "answered"]


def test_it_stands_for_the_case_that_holds_the_chat_now(chat, cast, mailbox, arrive):
    from ancora.desk.tests.conftest import letter

    chat.write()
    arrive(letter(), mailbox)
    other = Case.objects.exclude(pk=chat.case.pk).get()
    merge_cases(chat.case, into=other, author=cast.lena)
    assign_case(Case.objects.get(pk=other.pk), owner=cast.lena, actor=Actor.human(cast.lena))
    drain()
    chat.write(2)
    assert rows(cast.lena) == 1


def test_mail_at_once_comes_for_the_first_line_until_one_looked_or_answered(chat, cast):
    choose_notifications(cast.lena, choices={"answered": (False, "at_once")})
    chat.write(3)
    assert (told(cast.lena), jobs("mail_notification")) == ([], 1)
    chat.answer(cast.stan)
    chat.write(2)
    assert jobs("mail_notification") == 1
    # By a program, perhaps: no screen of hers says that she looked.
    chat.answer(cast.lena)
    chat.write(2)
    assert jobs("mail_notification") == 2
    read_case(chat.case, person=cast.lena)
    chat.write(2)
    assert jobs("mail_notification") == 3


def test_who_only_has_the_bell_is_not_told_anew_for_answering_under_it(chat, cast):
    chat.write()
    chat.answer(cast.lena)
    chat.write()
    assert told(cast.lena) == ["answered"]


def test_other_ways_chosen_meanwhile_are_gone_with_the_next_line(chat, cast):
    chat.write()
    choose_notifications(cast.lena, choices={"answered": (True, "daily")})
    chat.write(2)
    choose_notifications(cast.lena, choices={"answered": (True, "")})
    chat.write(2)
    assert list(Notification.objects.filter(person=cast.lena).order_by("id").values_list("mail", flat=True)) == [
        "",
        "daily",
    ]


def test_bell_turned_on_while_mail_stands_rings_at_the_next_line(chat, cast):
    choose_notifications(cast.lena, choices={"answered": (False, "daily")})
    chat.write(2)
    assert (told(cast.lena), rows(cast.lena)) == ([], 1)
    choose_notifications(cast.lena, choices={"answered": (True, "daily")})
    chat.write(2)
    assert (told(cast.lena), rows(cast.lena)) == (["answered"], 2)


def test_push_comes_once_and_again_for_who_left_without_having_read(chat, cast, client_of, receiver, service):
    turned_on(client_of(cast.lena), cast.lena, receiver, service)
    tab = uuid4()
    show_presence(chat.case, user=cast.lena, tab=tab, state="viewing")
    chat.write(2)
    work_off()
    # She is looking: nothing calls her, and it is one piece of news.
    assert (rows(cast.lena), service.pushes) == (1, [])
    chat.write()
    assert rows(cast.lena) == 1
    show_presence(chat.case, user=cast.lena, tab=tab, state="away")
    chat.write(3)
    work_off()
    assert (rows(cast.lena), len(service.pushes)) == (2, 1)


def test_push_turned_on_while_news_stands_calls_at_the_next_line(chat, cast, client_of, receiver, service):
    chat.write()
    turned_on(client_of(cast.lena), cast.lena, receiver, service)
    chat.write(2)
    work_off()
    assert (rows(cast.lena), len(service.pushes)) == (2, 1)


def _continued(case, message, by=None) -> Published:
    event = CaseContinued(case_id=case.pk, message_id=message.pk, direction="in")
    return Published(message.pk, event, by or Actor("customer", 1), clock.now())
