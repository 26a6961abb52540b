"""Merging, taking apart and relating through the API."""

from ancora.cases.models import Case, CaseLink, CaseMerge
from ancora.cases.tests.merged import case, three
from ancora.cases.tests.test_road import letter
from ancora.conversations.models import Mailbox
from ancora.parties.models import Team

__all__ = ["three"]


def test_program_merges_and_undoes(three, program_of):
    program = program_of(three.stan)
    for _ in range(2):
        answer = program.put("/cases/1003/merge", {"into": 1001})
        assert (answer.status_code, answer.json()["reference"]) == (200, 1001)
    whole = program.get("/cases/1003").json()
    assert (whole["reference"], len(whole["conversations"])) == (1001, 2)
    [merged] = whole["merged"]
    assert (merged["reference"], merged["into"], merged["author"]) == (1003, 1001, three.stan.pk)
    assert [entry["change"]["text"] for entry in whole["timeline"] if entry["change"]][
        -1
    ] == "#1003 merged into this case"
    assert [one["reference"] for one in program.get("/cases").json()["cases"]] == [1001, 1002]
    assert [one["status"] for one in program.get("/cases", status="merged").json()["cases"]] == ["merged"]
    answer = program.delete("/cases/1003/merge")
    assert (answer.status_code, answer.json()["reference"], answer.json()["status"]) == (200, 1003, "open")
    assert program.delete("/cases/1003/merge").status_code == 404
    assert program.get("/cases/1001").json()["merged"] == []


def test_what_cannot_be_merged_says_why(three, program_of):
    program = program_of(three.stan)
    refused = program.put("/cases/1001/merge", {"into": 1001})
    assert (refused.status_code, "into itself" in refused.json()["detail"]) == (422, True)
    assert program.put("/cases/1001/merge", {"into": 9999}).status_code == 404
    assert program.put("/cases/9999/merge", {"into": 1001}).status_code == 404
    assert program.put("/cases/1001/merge", {"into": "x"}).status_code == 422
    program.put("/cases/1003/merge", {"into": 1001})
    circle = program.put("/cases/1001/merge", {"into": 1003})
    assert (circle.status_code, "into itself" in circle.json()["detail"]) == (422, True)
    elsewhere = program.put("/cases/1003/merge", {"into": 1002})
    assert (elsewhere.status_code, "#1003 was merged into #1001" in elsewhere.json()["detail"]) == (422, True)
    assert CaseMerge.objects.count() == 1


def test_program_relates_both_ways_and_takes_it_back(three, program_of):
    program = program_of(three.stan)
    for one, other in ((1001, 1002), (1002, 1001), (1003, 1002)):
        assert program.put(f"/cases/{one}/related/{other}", {}).status_code == 200
    assert program.get("/cases/1001").json()["related"] == [1002]
    assert sorted(program.get("/cases/1002").json()["related"]) == [1001, 1003]
    assert CaseLink.objects.count() == 2
    assert "not related to itself" in program.put("/cases/1001/related/1001", {}).json()["detail"]
    program.put("/cases/1003/merge", {"into": 1001})
    assert program.get("/cases/1002").json()["related"] == [1001]
    for _ in range(2):
        assert program.delete("/cases/1002/related/1001").status_code == 200
    assert program.get("/cases/1002").json()["related"] == []
    told = [entry["change"]["text"] for entry in program.get("/cases/1002").json()["timeline"] if entry["change"]]
    assert told[1:] == ["Related to #1001", "Related to #1003", "No longer related to #1001"]
    program.put("/cases/1001/related/1002", {})
    assert program.get("/cases/1002").json()["related"] == [1001]


def test_strangers_and_observers_merge_and_relate_nothing(three, arrive, program_of):
    team, box = Team.objects.create(name="Board"), Mailbox.objects.create(name="Board", address="board@example.com")
    box.teams.add(team)
    arrive(letter("Secret", "Psst", to="board@example.com", message_id="<s@x.example>"), box)
    arrive(letter("Secret too", "Psst!", to="board@example.com", message_id="<t@x.example>"), box)
    stranger, observer = program_of(three.stan), program_of(three.olga)
    assert stranger.put("/cases/1004/merge", {"into": 1001}).status_code == 404
    assert stranger.put("/cases/1001/merge", {"into": 1004}).status_code == 404
    for verb in (stranger.put, lambda path, _body: stranger.delete(path)):
        assert verb("/cases/1004/related/1001", {}).status_code == 404
        assert verb("/cases/1001/related/1004", {}).status_code == 404
    admin = program_of(three.anna)
    admin.put("/cases/1001/related/1004", {})
    assert stranger.get("/cases/1001").json()["related"] == []
    admin.put("/cases/1005/merge", {"into": 1004})
    assert stranger.get("/cases/1005").status_code == 404
    assert stranger.delete("/cases/1005/merge").status_code == 404
    assert case(1005).merged_into == case(1004)
    for path in ("/cases/1003/merge", "/cases/1003/related/1001"):
        assert observer.put(path, {"into": 1001}).status_code == 403
        assert observer.delete(path).status_code in (403, 404)
        assert program_of().put(path, {"into": 1001}).status_code == 401
    assert Case.objects.filter(status="merged").count() == 1
