"""What a macro suggests, and what becomes of the case: together with what is written, once, or not at all."""

from uuid import uuid4

import pytest
from django.utils.translation import override

from ancora.cases import commands
from ancora.cases.macros.changes import Change, in_order
from ancora.cases.macros.commands import delete_macro
from ancora.cases.macros.models import MacroUses
from ancora.cases.macros.queries import changes_of, macros, suggestion
from ancora.cases.macros.using import take_changes_back, use_macro, write_with_macros
from ancora.cases.models import Case, Outcome, Tag
from ancora.conversations.models import Message
from ancora.parties.models import Membership, Team
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.queries import events_about
from ancora.testing.threads import Aside

BOTH = {"en": "<p>Dear {first name|customer}, {case number}</p>", "it": "<p>Gentile {nome|cliente}, {oggi}</p>"}


@pytest.fixture
def everything(written, shop, cast):
    """A macro that changes all there is, and the rows it names."""
    keep, drop = Tag.objects.create(label="seal"), Tag.objects.create(label="new")
    team = Team.objects.create(name="Repairs")
    commands.add_tag(shop.case, tag=drop, actor=Actor.human(cast.anna))
    return written(
        "All", added=[keep], removed=[drop], to_team=team, owning="me", priority=3, outcome=Outcome.objects.first()
    )


def state(case) -> tuple:
    case = Case.objects.get(pk=case.pk)
    tags = sorted(case.tags.values_list("label", flat=True))
    return case.status, case.waiting_on, case.outcome_id, case.owner_id, case.team_id, case.priority, tags


def reply(shop, cast, *, changes, macro_ids=(), key=None, author=None):
    key, author = key or uuid4(), author or cast.anna
    return write_with_macros(
        shop.case,
        lambda: commands.reply_to_case(
            shop.case, html="<p>x</p>", to=[("", "carla@example.org")], author=author, form_key=key
        ),
        changes=changes,
        macro_ids=macro_ids,
        author=author,
        form_key=key,
    )


@pytest.mark.parametrize(
    ("customer", "case", "language"),
    [("it", "en", "it"), ("", "it", "it"), ("de", "it-IT", "it"), ("de", "", "en"), ("EN", "it", "en")],
)
def test_language_of_the_customer_chooses(written, shop, cast, customer, case, language):
    macro = written("Both", texts=BOTH)
    shop.case.customer.language, shop.case.language = customer, case
    found = suggestion(cast.anna, shop.case, macro)
    assert found.language == language
    assert found.html.startswith("<p>Dear Carla, #" if language == "en" else "<p>Gentile Carla, ")


def test_only_language_there_is_serves_all(written, shop, cast):
    shop.case.customer.language = "it"
    with override("it"):
        assert (
            suggestion(cast.anna, shop.case, written("E", text="<p>{customer language}</p>")).html == "<p>Italian</p>"
        )


def test_suggestion_escapes_the_customer_and_names_what_is_missing(written, shop, cast):
    shop.case.customer.name = "<b>Eve</b> & Co"
    shop.case.subject = ""
    found = suggestion(cast.anna, shop.case, written(text="<p>{name}{subject}</p>"))
    assert found.html == "<p>&lt;b&gt;Eve&lt;/b&gt; &amp; Co</p>"
    assert found.missing == ("subject",)


def test_nothing_is_changed_by_asking(everything, shop, cast):
    before = state(shop.case)
    found = suggestion(cast.anna, shop.case, everything)
    assert [one.words for one in found.changes] == [
        "Priority: high", "Tag: seal", "Without tag: new", "Team: Repairs", "Owner: me",
        "Resolve: Solved with an answer",
    ]  # fmt: skip
    assert state(shop.case) == before
    assert not MacroUses.objects.exists()


def test_changes_are_made_with_the_reply(everything, shop, cast):
    message = reply(shop, cast, changes=changes_of(everything), macro_ids=[everything.pk])
    status, _on, outcome, owner, team, priority, tags = state(shop.case)
    assert (status, outcome, owner) == ("resolved", everything.outcome_id, cast.anna.pk)
    assert (team, priority, tags) == (everything.to_team_id, 3, ["seal"])
    event = events_about("macro", everything.pk, types=["macro.used"])[0]
    assert {(field, pk) for field, _kind, pk in event.objects} == {
        ("macro_id", everything.pk), ("case_id", shop.case.pk), ("message_id", message.pk),
    }  # fmt: skip
    assert event.attrs == {}


def test_owner_can_be_nobody_although_an_answer_takes_the_case(shop, cast):
    reply(shop, cast, changes=[Change("owner", "nobody")])
    assert Case.objects.get(pk=shop.case.pk).owner is None


def test_form_sent_twice_changes_and_counts_once(everything, shop, cast):
    key = uuid4()
    first = reply(shop, cast, changes=changes_of(everything), macro_ids=[everything.pk], key=key)
    commands.reopen_case(shop.case, actor=Actor.human(cast.lena))
    again = reply(shop, cast, changes=changes_of(everything), macro_ids=[everything.pk], key=key)
    assert again == first
    assert state(shop.case)[0] == "open"
    assert MacroUses.objects.get().uses == 1


def test_what_is_not_possible_stops_the_reply_too(everything, shop, cast):
    before = state(shop.case)
    Outcome.objects.filter(pk=everything.outcome_id).update(is_active=False)
    with pytest.raises(Refusal, match="“Resolve: Solved with an answer” is not possible: it is no longer in use"):
        reply(shop, cast, changes=changes_of(everything), macro_ids=[everything.pk])
    assert state(shop.case) == before
    assert not Message.objects.filter(direction="out").exists()
    assert not MacroUses.objects.exists()


@pytest.mark.parametrize("change", ["owner-999", "tag-999", "team-999", "priority-9", "waiting-nobody", "owner-a"])
def test_invented_changes_are_refused(shop, cast, change):
    with pytest.raises(Refusal):
        reply(shop, cast, changes=[Change.read(change)])


@pytest.mark.parametrize("code", ["", "status-1", "tag-", "tag-1;", "tag-١", "owner-ME", "tag-" + "9" * 19])
def test_what_is_no_code_is_none(code):
    assert Change.read(code) is None


def test_of_two_that_exclude_each_other_the_later_one_counts():
    codes = ["resolved-1", "tag-5", "waiting-us", "untag-5", "owner-me"]
    assert [one.code for one in in_order(Change.read(code) for code in codes)] == ["untag-5", "owner-me", "waiting-us"]


def test_macro_is_used_at_once_and_taken_back(everything, shop, cast):
    commands.wait_on(shop.case, on="third_party", actor=Actor.human(cast.anna))
    before = state(shop.case)
    done = use_macro(shop.case, everything, author=cast.anna)
    assert state(shop.case)[0] == "resolved"
    take_changes_back(shop.case, [Change.read(code) for code in done.back], version=done.version, author=cast.anna)
    assert state(shop.case) == before


def test_closed_case_comes_back_closed(written, shop, cast):
    actor = Actor.human(cast.anna)
    commands.resolve_case(shop.case, outcome=Outcome.objects.last(), actor=actor)
    commands.close_case(shop.case, actor=actor)
    before = state(shop.case)
    done = use_macro(shop.case, written(waiting_on="us"), author=cast.anna)
    take_changes_back(shop.case, [Change.read(code) for code in done.back], version=done.version, author=cast.anna)
    assert state(shop.case) == before


def test_nobody_takes_back_what_somebody_changed_since(everything, shop, cast):
    done = use_macro(shop.case, everything, author=cast.anna)
    commands.set_priority(shop.case, priority=4, actor=Actor.human(cast.lena))
    with pytest.raises(Refusal, match="changed since"):
        take_changes_back(shop.case, [Change.read(code) for code in done.back], version=done.version, author=cast.anna)
    assert state(shop.case)[5] == 4


def test_used_at_once_with_the_same_form_is_used_once(everything, shop, cast):
    key = uuid4()
    use_macro(shop.case, everything, author=cast.anna, form_key=key)
    commands.reopen_case(shop.case, actor=Actor.human(cast.lena))
    assert use_macro(shop.case, everything, author=cast.anna, form_key=key).back == []
    assert state(shop.case)[0] == "open"


def test_most_used_comes_first(written, shop, cast):
    names = [written(name, text="x") for name in ("a", "b", "c")]
    for macro in (names[2], names[2], names[1]):
        reply(shop, cast, changes=[], macro_ids=[macro.pk, 999])
    MacroUses.objects.create(macro=names[0], day="2020-01-01", uses=50, last_at="2020-01-01T10:00Z")
    found = list(macros(cast.anna))
    assert [(macro.name, macro.uses) for macro in found] == [("c", 2), ("b", 1), ("a", 0)]
    assert found[2].last_used_at.year == 2020


def test_macro_of_others_is_not_counted(written, shop, cast):
    hidden = written("hidden", text="x", author=cast.marco, owner=cast.marco)
    reply(shop, cast, changes=[], macro_ids=[hidden.pk])
    assert not MacroUses.objects.exists()


def test_note_changes_too(everything, shop, cast):
    key = uuid4()
    note = write_with_macros(
        shop.case,
        lambda: commands.add_note(shop.case, text="x", author=cast.anna, form_key=key),
        changes=[Change("priority", "1")],
        macro_ids=[everything.pk],
        author=cast.anna,
        form_key=key,
    )
    assert state(shop.case)[5] == 1
    event = events_about("macro", everything.pk, types=["macro.used"])[0]
    assert ("note_id", "note", note.pk) in event.objects


def test_owner_outside_the_new_team_is_released_unless_named(written, shop, cast):
    team = Team.objects.create(name="Repairs")
    Membership.objects.create(team=team, user=cast.marco)
    commands.assign_case(shop.case, owner=cast.stan, actor=Actor.human(cast.stan))
    done = use_macro(shop.case, written(to_team=team), author=cast.stan)
    assert state(shop.case)[3:5] == (None, team.pk)
    take_changes_back(shop.case, [Change.read(code) for code in done.back], version=done.version, author=cast.stan)
    assert state(shop.case)[3:5] == (cast.stan.pk, None)


def test_record_outlives_the_macro(everything, shop, cast):
    use_macro(shop.case, everything, author=cast.anna)
    pk = everything.pk
    delete_macro(everything, author=cast.lena)
    assert events_about("macro", pk, types=["macro.used"])
    assert not MacroUses.objects.exists()


def test_two_people_at_once_count_twice_and_one_form_once(written, shop, cast):
    macro = written(priority=4)
    key = uuid4()
    works = [
        Aside(lambda: use_macro(Case.objects.get(pk=shop.case.pk), macro, author=cast.anna, form_key=key)),
        Aside(lambda: use_macro(Case.objects.get(pk=shop.case.pk), macro, author=cast.anna, form_key=key)),
        Aside(lambda: use_macro(Case.objects.get(pk=shop.hidden.pk), macro, author=cast.marco)),
    ]
    assert sorted(len(work.result().back) for work in works) == [0, 1, 1]
    assert MacroUses.objects.get().uses == 2
