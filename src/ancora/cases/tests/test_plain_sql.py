"""What is read in plain SQL is what the ORM would have read, and costs no more than it says."""

import pytest
from django.db import connection
from django.http import Http404

from ancora.cases.commands import add_tag, assign_case, create_tag, resolve_case
from ancora.cases.models import Case, CaseClocks, Outcome
from ancora.cases.queries import case_for, case_on_screen
from ancora.cases.queries.cases import present_case
from ancora.cases.service_levels.keeping import keep_clocks
from ancora.cases.tests.test_road import letter
from ancora.conversations.identities import identities
from ancora.desk.tests.conftest import shop
from ancora.platform import clock
from ancora.platform.accounts.models import ApiToken, User
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.plain_sql import columns, objects, read

__all__ = ["shop"]


def test_rows_of_several_models_are_objects_and_what_a_join_did_not_find_is_none(cast):
    ApiToken.objects.create(user=cast.anna, name="Till", digest="a" * 64)
    sql = (
        f"SELECT {columns(ApiToken, 't')}, {columns(User, 'u')}, u.id + 1 FROM accounts_user u"  # noqa: S608
        " LEFT JOIN accounts_apitoken t ON t.user_id = u.id WHERE u.id = ANY(%(ids)s) ORDER BY u.id"
    )
    found = read(sql, {"ids": [cast.anna.pk, cast.marco.pk]}, ApiToken, User)
    wanted = [(cast.anna, "Till"), (cast.marco, None)]
    assert [(user, token and token.name, number) for token, user, number in found] == [
        (user, name, user.pk + 1) for user, name in sorted(wanted, key=lambda one: one[0].pk)
    ]
    assert objects(f"SELECT {columns(User, 'u')} FROM accounts_user u WHERE false", [], User) == []  # noqa: S608


def test_case_comes_with_all_that_a_page_shows_of_it_in_one_query(shop, cast, django_assert_num_queries):
    case = case_for(cast.anna, shop.case.reference)
    assert (case.owner, case.team, case.outcome, case.tag_labels) == (None, None, None, [])
    assert not hasattr(case, "clocks")
    actor = Actor.human(cast.anna)
    assign_case(case, owner=cast.anna, actor=actor)
    for label in ("zinc", "alloy"):
        add_tag(case, tag=create_tag(label, actor=actor), actor=actor)
    outcome = Outcome.objects.first()
    resolve_case(case, outcome=outcome, actor=actor)
    CaseClocks.objects.create(case=case, hands=[{"kind": "resolution"}], due_at=clock.now())
    with django_assert_num_queries(1):
        found = case_on_screen(cast.anna, case.reference)
        assert (found.owner, found.outcome.label) == (cast.anna, outcome.label)
        assert (found.customer.name, found.tag_labels) == (case.customer.name, ["alloy", "zinc"])
        assert (found.clocks.hands, found.clocks.case) == ([{"kind": "resolution"}], found)
    usual = Case.objects.get(pk=case.pk)
    assert {name: getattr(found, name) for name in vars(usual) if name != "_state"} == {
        name: value for name, value in vars(usual).items() if name != "_state"
    }
    with connection.cursor() as cursor:
        newest = "SELECT max(event_id) FROM event_object WHERE object_type = 'case' AND object_id = %s"
        cursor.execute(newest, [case.pk])
        assert (found.as_of,) == cursor.fetchone()


def test_stranger_and_unknown_number_find_no_case(shop, cast):
    for reference in (shop.hidden.reference, 10**30):
        with pytest.raises(Http404):
            case_for(cast.stan, reference)
    assert case_for(cast.marco, shop.hidden.reference) == shop.hidden


def test_nobody_may_write_from_a_mailbox_of_another_team(shop, cast, django_assert_num_queries):
    with django_assert_num_queries(2):
        own = {one.mailbox for one in identities(cast.stan)}
    assert own == {shop.mailbox}
    assert own < {one.mailbox for one in identities(cast.marco)}


def test_mail_costs_one_query_where_no_level_is_promised(mailbox, arrive, django_assert_num_queries):
    arrive(letter(), mailbox)
    drain()
    case = Case.objects.get()
    with django_assert_num_queries(1):
        keep_clocks([case.pk])
    assert present_case(case.pk) == case
    Case.objects.filter(pk=case.pk).update(status="spam")
    assert present_case(case.pk) is None
