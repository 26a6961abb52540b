"""Outcomes and tags are arranged by administrators and never deleted."""

import pytest

from ancora.cases.models import Outcome, Tag


@pytest.fixture
def outcomes(db):
    return [Outcome.objects.create(label=label, position=at) for at, label in enumerate(["Solved", "Refund"], start=1)]


def test_outcome_is_added_last(cast, client_of, outcomes):
    form = {"label": "  Repaired   at home ", "is_active": "on"}
    assert client_of(cast.anna).post("/settings/outcomes/", form).status_code == 302
    assert [outcome.label for outcome in Outcome.objects.all()] == ["Solved", "Refund", "Repaired at home"]


def test_outcome_moves_up_and_not_beyond_the_top(cast, client_of, outcomes):
    client = client_of(cast.anna)
    for _ in range(3):
        client.post(f"/settings/outcomes/{outcomes[1].pk}/move/", {"up": "1"})
    assert [outcome.label for outcome in Outcome.objects.all()] == ["Refund", "Solved"]


def test_outcome_is_renamed_and_switched_off(cast, client_of, outcomes):
    client_of(cast.anna).post(f"/settings/outcomes/{outcomes[0].pk}/", {"label": "Answered"})
    outcomes[0].refresh_from_db()
    assert (outcomes[0].label, outcomes[0].is_active) == ("Answered", False)


def test_same_outcome_twice_is_refused(cast, client_of, outcomes):
    answer = client_of(cast.anna).post("/settings/outcomes/", {"label": "SOLVED", "is_active": "on"})
    assert "is in the list already" in answer.text
    assert Outcome.objects.count() == 2


def test_tag_is_added_renamed_and_switched_off(cast, client_of):
    client = client_of(cast.anna)
    client.post("/settings/tags/", {"label": "warranty", "is_active": "on"})
    tag = Tag.objects.get()
    client.post(f"/settings/tags/{tag.pk}/", {"label": "guarantee"})
    tag.refresh_from_db()
    assert (tag.label, tag.is_active) == ("guarantee", False)


def test_strangers_change_no_words(cast, client_of, outcomes):
    for client, status in ((client_of(cast.lena), 404), (client_of(), 302)):
        assert client.post("/settings/outcomes/", {"label": "X", "is_active": "on"}).status_code == status
        assert client.post(f"/settings/outcomes/{outcomes[0].pk}/", {"label": "X"}).status_code == status
        assert client.post(f"/settings/outcomes/{outcomes[0].pk}/move/", {"up": "1"}).status_code == status
        assert client.post("/settings/tags/", {"label": "X", "is_active": "on"}).status_code == status
    assert [outcome.label for outcome in Outcome.objects.all()] == ["Solved", "Refund"]


def test_unknown_word_is_not_found(cast, client_of):
    assert client_of(cast.anna).get("/settings/outcomes/999/").status_code == 404
    assert client_of(cast.anna).get("/settings/tags/999/").status_code == 404


def test_list_of_tags_needs_the_same_queries_however_many(cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.anna)
    Tag.objects.bulk_create(Tag(label=f"tag {number}") for number in range(40))
    with django_assert_max_num_queries(6):
        assert "tag 39" in client.get("/settings/tags/").text
