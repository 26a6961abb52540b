"""Teams are made and changed by administrators."""

from ancora.parties.models import Team


def test_team_is_made_with_its_members(cast, client_of):
    form = {"name": "Repairs", "members": [cast.marco.pk, cast.lena.pk], "is_active": "on"}
    assert client_of(cast.anna).post("/settings/teams/new/", form).status_code == 302
    team = Team.objects.get(name="Repairs")
    assert set(team.members.all()) == {cast.marco, cast.lena}
    assert "Marco Reale" in client_of(cast.anna).get("/settings/teams/").text


def test_team_is_renamed_emptied_and_switched_off(cast, client_of):
    team = Team.objects.create(name="Repairs")
    team.members.add(cast.marco)
    assert client_of(cast.anna).post(f"/settings/teams/{team.pk}/", {"name": "Workshop"}).status_code == 302
    team.refresh_from_db()
    assert (team.name, team.is_active, team.members.count()) == ("Workshop", False, 0)


def test_two_teams_of_one_name_are_refused(cast, client_of):
    Team.objects.create(name="Repairs")
    answer = client_of(cast.anna).post("/settings/teams/new/", {"name": "REPAIRS", "is_active": "on"})
    assert "There is a team of this name already." in answer.text
    assert Team.objects.count() == 1


def test_strangers_change_no_team(cast, client_of):
    team = Team.objects.create(name="Repairs")
    assert client_of(cast.lena).post(f"/settings/teams/{team.pk}/", {"name": "Mine"}).status_code == 404
    assert client_of().post(f"/settings/teams/{team.pk}/", {"name": "Mine"}).status_code == 302
    team.refresh_from_db()
    assert team.name == "Repairs"


def test_list_of_teams_needs_the_same_queries_however_many(cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.anna)
    for number in range(20):
        Team.objects.create(name=f"Team {number}").members.add(cast.marco)
    with django_assert_max_num_queries(7):
        assert "Team 19" in client.get("/settings/teams/").text
