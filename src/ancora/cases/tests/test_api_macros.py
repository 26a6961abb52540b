"""Macros through the API: read, seen for a case, and their changes made; once for a key, and only one's own."""

from uuid import uuid4

import pytest

from ancora.cases.macros.models import MacroUses
from ancora.cases.macros.tests.conftest import written
from ancora.cases.models import Case
from ancora.desk.tests.conftest import shop

__all__ = ["shop", "written"]


@pytest.fixture
def macro(written):
    return written(text="<p>Dear {first name}, {team}</p>", priority=4, owning="me")


def test_program_reads_and_previews_without_changing(shop, cast, macro, program_of):
    program = program_of(cast.stan)
    listed = program.get("/macros").json()
    assert [(one["name"], one["changes"], one["uses"]) for one in listed] == [("Seal", ["priority-4", "owner-me"], 0)]
    assert program.get(f"/macros/{macro.pk}").json() == listed[0]
    seen = program.get(f"/cases/{shop.case.reference}/macros/{macro.pk}").json()
    assert (seen["text"], seen["language"], seen["missing"]) == ("Dear Carla,", "en", ["team"])
    assert Case.objects.get(pk=shop.case.pk).priority == 2


def test_program_makes_the_changes_once(shop, cast, macro, program_of):
    program, key = program_of(cast.stan), str(uuid4())
    place = f"/cases/{shop.case.reference}/macros/{macro.pk}"
    for _twice in range(2):
        used = program.post(place, key=key).json()
    assert (used["case"]["priority"], used["case"]["owner"]["name"]) == (4, "Stan Meyer")
    assert used["text"] == "Dear Carla,"
    assert MacroUses.objects.get().uses == 1


def test_strangers_find_nothing(shop, cast, macro, written, program_of):
    others = written("Marco's", text="x", author=cast.marco, owner=cast.marco)
    stan = program_of(cast.stan)
    assert stan.get(f"/macros/{others.pk}").status_code == 404
    assert stan.post(f"/cases/{shop.case.reference}/macros/{others.pk}").status_code == 404
    assert stan.post(f"/cases/{shop.hidden.reference}/macros/{macro.pk}").status_code == 404
    assert program_of(cast.olga).get("/macros").status_code == 403
    assert program_of().get("/macros").status_code == 401
