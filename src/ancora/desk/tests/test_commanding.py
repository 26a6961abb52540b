"""The command bar lists what this person may see and do, and nothing else."""

import pytest

from ancora.desk.commanding import choices_for


@pytest.fixture
def listed(client_of):
    """`listed(person, q, case)`: the lines of the bar as text."""

    def ask(person, words: str = "", case: int | str = "") -> str:
        answer = client_of(person).get("/command/", {"q": words, "case": case})
        assert answer.status_code == 200
        return answer.content.decode()

    return ask


def test_stranger_is_sent_to_the_sign_in(cast, client_of):
    assert client_of().get("/command/").status_code == 302


def test_case_of_another_team_is_not_found(listed, cast, shop):
    number = f"#{shop.hidden.reference}"
    assert number not in listed(cast.stan, number)
    assert number in listed(cast.marco, number)


def test_settings_only_of_those_who_may_see_them(listed, cast):
    assert "/settings/people/" in listed(cast.anna, "people")
    assert "/settings/people/" not in listed(cast.stan, "people")
    assert "/settings/mine/" in listed(cast.stan, "my pro")


def test_observer_finds_no_action_that_is_refused(listed, cast):
    page = listed(cast.olga, "", 1001)
    assert 'data-act="n"' in page
    for refused in ('data-act="r"', 'data-act="e"', "/new/", "/cases/1001/customer/"):
        assert refused not in page


def test_actions_only_where_there_is_a_case(listed, cast):
    assert 'data-act="r"' in listed(cast.marco, "", 1001)
    assert 'data-act="r"' not in listed(cast.marco)
    assert 'data-act="r"' not in listed(cast.marco, "", "x" * 30)


@pytest.mark.parametrize("words", ["priorita", "PRIORITÀ", "  prio "])
def test_accents_and_capitals_do_not_count(listed, cast, words):
    cast.marco.language = "it"
    cast.marco.save()
    assert 'data-act="p"' in listed(cast.marco, words, 1001)


def test_what_a_stranger_wrote_is_text(listed, cast, mailbox, arrive):
    from ancora.desk.tests.conftest import letter

    arrive(letter("<b>Eve</b> <eve@example.org>", "<script>alert(1)</script>", "x", message_id="<e@x>"), mailbox)
    page = listed(cast.marco, "eve")
    assert "&lt;script&gt;" in page
    assert "<script>" not in page


def test_queries_do_not_depend_on_what_is_found(cast, mailbox, arrive, django_assert_max_num_queries):
    from ancora.desk.tests.conftest import letter

    for number in range(4):
        arrive(letter(f"Elsa <{number}@example.org>", f"Grinder {number}", "x", message_id=f"<{number}@x>"), mailbox)
    with django_assert_max_num_queries(12):
        groups = choices_for(cast.marco, "elsa")
    assert [group.id for group in groups] == ["cases", "customers"]
    # All that fit is a line of its own.
    assert [len(group.choices) for group in groups] == [5, 4]
