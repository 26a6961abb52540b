"""Customers, through the API."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.customers.commands import create_customer
from ancora.platform.events.actors import SYSTEM


def carla(**fields):
    return create_customer(name="Carla Bianchi", email="Carla@Customers.example", actor=SYSTEM, **fields)


def test_program_adds_corrects_and_reads_a_customer(cast, program_of):
    program = program_of(cast.marco)
    made = program.post("/customers", {"name": "Ugo Neri", "email": "Ugo@x.example", "phone": "+39 055 12345"})
    assert made.status_code == 201
    pk = made.json()["id"]
    assert [(one["kind"], one["value"]) for one in made.json()["handles"]] == [
        ("email", "ugo@x.example"),
        ("phone", "+3905512345"),
    ]
    changed = program.patch(f"/customers/{pk}", {"remark": "Prefers mornings"})
    assert (changed.json()["name"], changed.json()["remark"]) == ("Ugo Neri", "Prefers mornings")
    added = program.post(f"/customers/{pk}/handles", {"kind": "email", "value": "ugo@work.example"})
    assert (added.status_code, added.json()["display"]) == (201, "ugo@work.example")
    assert len(program.get(f"/customers/{pk}").json()["handles"]) == 3


def test_handle_finds_its_customer_however_it_is_written(cast, program_of):
    known, program = carla(phone="+39 055 98765"), program_of(cast.marco)
    for handle in (" CARLA@customers.EXAMPLE ", "+39 (055) 98-765"):
        found = program.get("/customers", handle=handle).json()["customers"]
        assert [one["id"] for one in found] == [known.pk], handle
    assert program.get("/customers", handle="carla@customers").json()["customers"] == []


def test_pages_hold_every_customer_once(cast, program_of):
    made = [create_customer(name=f"Customer {number}", actor=SYSTEM).pk for number in range(5)]
    program, seen, after = program_of(cast.marco), [], {}
    while after is not None:
        page = program.get("/customers", limit=2, **after).json()
        seen += [one["id"] for one in page["customers"]]
        after = {"after": page["next"]} if page["next"] else None
    assert seen == made[::-1]


def test_address_of_somebody_else_is_refused_in_words(cast, program_of):
    carla()
    answer = program_of(cast.marco).post("/customers", {"name": "Other", "email": "carla@customers.example"})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("Carla@Customers.example")
    assert len(program_of(cast.marco).get("/customers").json()["customers"]) == 1


def test_observer_reads_but_does_not_change(cast, program_of):
    known, program = carla(), program_of(cast.olga)
    assert program.get(f"/customers/{known.pk}").status_code == 200
    for answer in (
        program.post("/customers", {"name": "New"}),
        program.patch(f"/customers/{known.pk}", {"name": "New"}),
        program.post(f"/customers/{known.pk}/handles", {"kind": "email", "value": "new@x.example"}),
    ):
        assert answer.status_code == 403
        assert "Observers" in answer.json()["detail"]


def test_unknown_customer_is_404_in_json(cast, program_of):
    program = program_of(cast.marco)
    for path in ("/customers/99", "/customers/99999999999999999999999"):
        answer = program.get(path)
        assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_bad_input_says_which_field_and_why(cast, program_of):
    program = program_of(cast.marco)
    cases = [
        ({}, "say who it is"),
        ({"name": "x", "email": "nobody"}, "email: no mail address"),
        ({"name": "x", "phone": "12"}, "no phone number"),
        ({"name": "a\nb"}, "name: one line"),
        ({"name": "x" * 201}, "name: "),
        ({"name": "\ud800"}, "name: "),
        ({"name": "x", "language": "Klingon"}, "language: "),
    ]
    for body, words in cases:
        answer = program.post("/customers", body)
        assert answer.status_code == 422, body
        assert words in answer.json()["detail"], answer.json()
        assert answer.json()["errors"]
    assert program.post("/customers", "{broken").status_code == 400
    assert program.get("/customers", after="x").status_code == 422
    assert program.get("/customers", handle="\0").status_code == 422
    assert program.patch(f"/customers/{carla().pk}", {"remark": "\0"}).status_code == 422


def test_list_needs_the_same_queries_for_one_customer_and_for_many(cast, program_of):
    program = program_of(cast.marco)
    carla()
    program.get("/customers")
    with CaptureQueriesContext(connection) as few:
        program.get("/customers")
    for number in range(10):
        create_customer(name=f"C{number}", email=f"c{number}@x.example", actor=SYSTEM)
    with CaptureQueriesContext(connection) as many:
        assert len(program.get("/customers").json()["customers"]) == 11
    assert len(few) == len(many) <= 6
