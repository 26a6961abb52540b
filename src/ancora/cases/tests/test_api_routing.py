"""Programs take the next case, once for a key, and say that their person is away."""

from datetime import timedelta
from uuid import uuid4

from ancora.cases.models import RoutedAgent
from ancora.desk.tests.conftest import shop
from ancora.platform import clock

__all__ = ["shop"]


def test_program_takes_the_next_case_once_for_a_key(shop, cast, program_of):
    stan, key = program_of(cast.stan), str(uuid4())
    for _twice in range(2):
        taken = stan.post("/cases/next", key=key).json()
        assert (taken["reference"], taken["owner"]["name"]) == (shop.case.reference, "Stan Meyer")
    refused = stan.post("/cases/next")
    assert (refused.status_code, refused.json()["detail"]) == (422, "Nothing waits for you.")
    assert program_of(cast.olga).post("/cases/next").status_code == 403
    assert program_of().post("/cases/next").status_code == 401


def test_program_says_that_its_person_is_away(cast, program_of):
    stan, until = program_of(cast.stan), clock.now() + timedelta(hours=1)
    assert stan.get("/people/me/availability").json() == {"is_away": False, "until": None}
    assert stan.put("/people/me/availability", {"is_away": True, "until": until.isoformat()}).json()["is_away"]
    assert RoutedAgent.objects.get(person=cast.stan).away_until == until
    past = {"is_away": True, "until": (clock.now() - timedelta(hours=1)).isoformat()}
    assert stan.put("/people/me/availability", past).status_code == 422
    assert not stan.put("/people/me/availability", {"is_away": False}).json()["is_away"]
    assert program_of(cast.olga).get("/people/me/availability").status_code == 403
