"""Who is told of what: never of one's own doing, never twice of one thing, never of what one may not see."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases import subscribers
from ancora.cases.commands import add_note, assign_case, follow_case, unfollow_case
from ancora.cases.models import Follower, Mention, Notification
from ancora.cases.notifications.commands import choose_notifications, read_all, read_case
from ancora.cases.notifications.mailing import mail_digests, mail_one
from ancora.cases.notifications.models import Kind
from ancora.cases.notifications.queries import notification_page, unread_count
from ancora.cases.notifications.reaching import reached_of
from ancora.cases.queries import may_see_case
from ancora.cases.queries.people import people_who_see
from ancora.desk.tests.conftest import letter
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation, people
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.live.topics import heard_by


def told(person) -> list[str]:
    return [one.kind for one in notification_page(person)]


def note(case, author, *mentioned, words="Look."):
    spans = "".join(f'<span data-mention="{one.pk}">@x</span> ' for one in mentioned)
    made = add_note(case, author=author, html=f"<p>{spans}{words}</p>")
    drain()
    return made


def answer(shop, arrive, *, number=2, **headers):
    reply = letter(subject=f"Re: The grinder leaks [#{shop.case.reference}]", message_id=f"<{number}@example.org>")
    reply["In-Reply-To"] = "<first@example.org>"
    for name, value in headers.items():
        reply[name.replace("_", "-")] = value
    arrive(reply, shop.mailbox)


def own(case, owner, by) -> None:
    assign_case(case, owner=owner, actor=Actor.human(by))
    drain()


def test_new_owner_is_told_and_nobody_of_taking_a_case(shop, cast):
    own(shop.case, cast.stan, cast.stan)
    assert told(cast.stan) == []
    own(shop.case, cast.marco, cast.stan)
    assert (told(cast.marco), told(cast.stan)) == (["assigned"], [])


def test_who_is_mentioned_is_told_once_follows_and_stands_there_by_name(shop, cast):
    own(shop.case, cast.lena, cast.lena)
    follow_case(shop.case, person=cast.marco, actor=Actor.human(cast.marco))
    made = note(shop.case, cast.stan, cast.marco, cast.stan, cast.olga)
    assert f'<span data-mention="{cast.marco.pk}">@Marco Reale</span>' in made.html
    assert "@Marco Reale" in made.text
    assert (told(cast.marco), told(cast.olga), told(cast.lena), told(cast.stan)) == (
        ["mentioned"],
        ["mentioned"],
        ["noted"],
        [],
    )
    assert set(Follower.objects.values_list("person", flat=True)) == {cast.marco.pk, cast.olga.pk}


def test_who_may_not_see_the_case_is_not_told_and_does_not_follow(shop, cast):
    made = note(shop.hidden, cast.marco, cast.stan, cast.anna)
    assert set(Mention.objects.filter(note=made).values_list("person", flat=True)) == {cast.stan.pk, cast.anna.pk}
    assert (told(cast.stan), told(cast.anna)) == ([], ["mentioned"])
    assert list(Follower.objects.values_list("person", flat=True)) == [cast.anna.pk]
    # Whoever loses the sight of a case loses what was told of it.
    Notification.objects.update(person=cast.stan)
    assert (told(cast.stan), unread_count(cast.stan)) == ([], 0)


@pytest.mark.parametrize(
    "html", ['<p><span data-mention="999999">@Nobody</span></p>', '<p><span data-mention="x">@Nobody</span></p>']
)
def test_mention_of_nobody_is_only_words(shop, cast, html):
    made = add_note(shop.case, author=cast.stan, html=html)
    assert "@Nobody" in made.html
    assert not Mention.objects.exists()


def test_owner_and_followers_hear_of_the_customer_but_not_of_machines(shop, cast, arrive):
    own(shop.case, cast.stan, cast.stan)
    follow_case(shop.case, person=cast.lena, actor=Actor.human(cast.lena))
    answer(shop, arrive, number=2, Auto_Submitted="auto-replied")
    assert (told(cast.stan), told(cast.lena)) == ([], [])
    answer(shop, arrive, number=3)
    assert (told(cast.stan), told(cast.lena)) == (["answered"], ["followed"])
    unfollow_case(shop.case, person=cast.lena, actor=Actor.human(cast.lena))
    answer(shop, arrive, number=4)
    assert (told(cast.stan), told(cast.lena)) == (["answered", "answered"], ["followed"])


def test_told_twice_has_no_further_effect(shop, cast, monkeypatch):
    from ancora.cases.notifications import telling

    seen = []
    real = telling.tell_of_note
    monkeypatch.setattr(telling, "tell_of_note", lambda published: (seen.append(published), real(published)))
    note(shop.case, cast.stan, cast.marco)
    read_case(shop.case, person=cast.marco)
    subscribers.tell_of_note(seen[0])
    assert Notification.objects.count() == 1
    assert unread_count(cast.marco) == 0


def test_reading_is_ones_own_and_of_what_was_on_the_screen(shop, cast):
    note(shop.case, cast.stan, cast.marco, cast.lena)
    first = notification_page(cast.marco)[0].pk
    note(shop.hidden, cast.anna, cast.marco)
    assert unread_count(cast.marco) == 2
    read_all(cast.marco, up_to=first)
    assert (unread_count(cast.marco), unread_count(cast.lena)) == (1, 1)
    read_case(shop.hidden, person=cast.marco)
    assert unread_count(cast.marco) == 0


def test_people_who_see_a_case_are_those_who_may(shop, cast):
    for case in (shop.case, shop.hidden):
        assert set(people_who_see(case)) == {one for one in people(cast.anna) if may_see_case(one, case.pk)}
        wanted = dict.fromkeys((one.pk for one in people(cast.anna)), Kind.NOTED)
        assert {one.person_id for one in reached_of(case, wanted)} == {one.pk for one in people_who_see(case)}


def test_count_is_one_query_whoever_asks(shop, cast):
    for person in (cast.anna, cast.marco, cast.stan):
        with CaptureQueriesContext(connection) as queries:
            unread_count(person)
        assert len(queries) == 1


def test_news_is_heard_only_by_whom_it_concerns(cast):
    topic = f"news-{cast.marco.pk}"
    assert heard_by(cast.marco, [topic]) == {topic}
    assert heard_by(cast.anna, [topic]) == frozenset()


def chosen(person, mail_, **other) -> None:
    choose_notifications(person, choices={"mentioned": (other.get("is_shown", True), mail_)})


def test_mail_at_once_goes_once_in_the_persons_language_and_answers_to_nobody(shop, cast):
    Organisation.objects.update(public_address="https://help.example.com/")
    forget_organisation()
    chosen(cast.marco, "at_once", is_shown=False)
    note(shop.case, cast.stan, cast.marco)
    one = Notification.objects.get()
    assert unread_count(cast.marco) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name LIKE '%%mail_notification'")
        assert len(cursor.fetchall()) == 1
    mail_one(one.pk)
    mail_one(one.pk)
    [sent] = mail.outbox
    assert sent.to == ["marco@example.com"]
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert f"https://help.example.com/cases/{shop.case.reference}/" in sent.body
    assert "https://help.example.com/settings/notifications/" in sent.body
    assert sent.subject.startswith(f"#{shop.case.reference} Stan Meyer")


def test_what_was_read_or_would_come_back_to_us_is_not_mailed(shop, cast):
    chosen(cast.marco, "at_once")
    chosen(cast.lena, "at_once")
    cast.lena.email = shop.mailbox.address
    cast.lena.save()
    note(shop.case, cast.stan, cast.marco, cast.lena)
    read_case(shop.case, person=cast.marco)
    for one in Notification.objects.all():
        mail_one(one.pk)
    assert mail.outbox == []


def test_digest_gathers_what_the_hour_brought_and_goes_once(shop, cast):
    chosen(cast.marco, "hourly")
    chosen(cast.lena, "daily")
    note(shop.case, cast.stan, cast.marco, cast.lena)
    note(shop.hidden, cast.anna, cast.marco)
    Notification.objects.filter(person=cast.lena).update(at="2026-01-01T00:00:00Z")
    mail_digests()
    mail_digests()
    assert sorted(one.to[0] for one in mail.outbox) == ["lena@example.com", "marco@example.com"]
    [digest] = [one for one in mail.outbox if one.to == ["marco@example.com"]]
    assert f"#{shop.case.reference}" in digest.body
    assert f"#{shop.hidden.reference}" in digest.body


def test_mail_that_no_server_takes_is_tried_again(shop, cast, settings):
    from ancora.platform.errors import Refusal

    chosen(cast.marco, "at_once")
    note(shop.case, cast.stan, cast.marco)
    one = Notification.objects.get()
    memory = settings.MAILERS
    settings.MAILERS = {"default": {"BACKEND": "ancora.conversations.channels.email.system_mail.SystemMailBackend"}}
    with pytest.raises(Refusal):
        mail_one(one.pk)
    settings.MAILERS = memory
    mail_one(one.pk)
    assert len(mail.outbox) == 1
