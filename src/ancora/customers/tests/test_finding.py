"""Customers are found by number, address, telephone number and name."""

import pytest

from ancora.customers.commands import create_customer
from ancora.customers.queries import find_customers
from ancora.platform.events.actors import SYSTEM


@pytest.fixture
def people(cast) -> dict:
    carla = create_customer(name="Carla Bianchi", email="carla@customers.example", phone="+39 055 98765", actor=SYSTEM)
    bruno = create_customer(name="Bruno Neri", email="bruno_n@other.example", actor=SYSTEM)
    niccolo = create_customer(name="Niccolò 100% Verdi", actor=SYSTEM)
    return {"carla": carla, "bruno": bruno, "niccolo": niccolo}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("carla@customers.example", ["carla"]),
        ("CARLA@", ["carla"]),
        ("bianchi", ["carla"]),
        ("  bruno   neri ", ["bruno"]),
        ("niccolo", ["niccolo"]),
        ("NICCOLÒ", ["niccolo"]),
        ("055 98765", ["carla"]),
        ("+39 (055) 98-765", ["carla"]),
        ("bruno_n", ["bruno"]),
        ("brunoXn", []),
        ("100%", ["niccolo"]),
        ("%", ["niccolo"]),
        ("", []),
        ("\0", []),
        ("nobody", []),
    ],
)
def test_words_find_their_customers(cast, people, words, found):
    assert [one.name for one in find_customers(cast.marco, words)] == [people[name].name for name in found]


def test_number_comes_first_and_a_list_has_an_end(cast, people):
    number = people["bruno"].pk
    named = create_customer(name=f"Room {number}", actor=SYSTEM)
    for words in (f"{number}", f"#{number}"):
        assert find_customers(cast.marco, words)[0] == people["bruno"]
    assert named in find_customers(cast.marco, f"{number}")
    assert find_customers(cast.marco, "9" * 30) == []
    assert len(find_customers(cast.marco, "i", most=2)) == 2


def test_program_finds_them_too(cast, people, program_of):
    found = program_of(cast.marco).get("/customers", words="neri").json()
    assert [one["name"] for one in found["customers"]] == ["Bruno Neri"]
    assert (found["next"], program_of(cast.marco).get("/customers", words="").status_code) == (None, 422)
