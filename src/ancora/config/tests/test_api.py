"""The API as a whole: who is let in, how much, and whether it describes itself."""

import json
from datetime import UTC, datetime

from django.test import Client

from ancora.config.api import api
from ancora.platform import clock
from ancora.platform.accounts.commands import delete_token
from ancora.platform.accounts.models import ApiToken
from ancora.platform.events.actors import Actor
from ancora.platform.http.programs import REQUESTS_A_MINUTE

DESCRIBED = json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DESCRIBED["paths"].items()
    for method, operation in methods.items()
]


def test_every_door_is_closed_to_strangers(cast):
    for method, path, _operation in OPERATIONS:
        address = (
            path.replace("{reference}", "1001").replace("{pk}", "1").replace("{label}", "x").replace("{other}", "1002")
        )
        answer = Client().generic(method, address)
        assert answer.status_code == 401, address
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "Bearer" in answer.json()["detail"]


def test_session_of_the_desk_is_no_key_to_the_api(cast, client_of):
    assert client_of(cast.anna).get("/api/v1/customers").status_code == 401


def test_wrong_tokens_are_refused_alike(cast):
    for header in ("", "Bearer", "Bearer ", "Bearer ancora_x", "Basic YTpi", "Bearer \xe9\xe9", "bearer  x"):
        answer = Client().get("/api/v1/customers", headers={"Authorization": header})
        assert answer.status_code == 401, header


def test_token_dies_with_its_row_and_with_its_person(cast, program_of):
    program = program_of(cast.marco)
    assert program.get("/people/me").json()["email"] == "marco@example.com"
    cast.marco.is_active = False
    cast.marco.save()
    assert program.get("/people/me").status_code == 401
    cast.marco.is_active = True
    cast.marco.save()
    delete_token(ApiToken.objects.get(), actor=Actor.human(cast.marco))
    assert program.get("/people/me").status_code == 401


def test_only_a_digest_of_the_token_is_stored(cast, program_of):
    token, row = program_of(cast.marco).token, ApiToken.objects.get()
    assert token not in str(vars(row))


def test_words_come_in_the_language_of_the_person(cast, program_of):
    english, italian = (program_of(who).get("/customers/99").json()["detail"] for who in (cast.lena, cast.marco))
    assert "Nothing is here" in english
    assert italian


def test_too_many_requests_wait_for_the_next_minute(cast, program_of):
    busy, other = program_of(cast.marco), program_of(cast.lena)
    with clock.at(datetime(2026, 11, 1, 10, 0, 20, tzinfo=UTC)):
        for _request in range(REQUESTS_A_MINUTE):
            assert busy.get("/people/me").status_code == 200
        refused = busy.get("/people/me")
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "40")
        assert "40" in refused.json()["detail"]
        assert other.get("/people/me").status_code == 200
    with clock.at(datetime(2026, 11, 1, 10, 1, 0, tzinfo=UTC)):
        assert busy.get("/people/me").status_code == 200


def test_unknown_addresses_answer_in_json(cast, program_of):
    answer = program_of(cast.marco).get("/nowhere/at/all")
    assert (answer.status_code, list(answer.json())) == (404, ["detail"])


def test_request_that_is_too_large_is_told_so(cast, program_of):
    answer = program_of(cast.marco).post("/customers", b"x" * (31 * 1024 * 1024))
    assert answer.status_code == 413
    assert "30 MB" in answer.json()["detail"]


def test_lists_of_words_hold_what_a_program_needs(cast, program_of, mailbox):
    program = program_of(cast.marco)
    assert {one["role"] for one in program.get("/people").json()} == {"administrator", "lead", "agent", "observer"}
    for path in ("/teams", "/outcomes", "/tags"):
        assert program.get(path).status_code == 200
    box = program.get("/mailboxes").json()[0]
    assert box["address"] == "support@example.com"
    assert not [name for name in box if "password" in name or "user" in name or "host" in name]


def test_api_describes_itself_to_everybody(cast):
    answer = Client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()["openapi"][:2]) == (200, "3.")
    assert answer.json()["info"]["description"]
    assert Client().get("/api/v1/docs").status_code in (401, 404)


def test_every_operation_is_described():
    names = [operation["operationId"] for _method, _path, operation in OPERATIONS]
    assert len(names) == len(set(names))
    for method, path, operation in OPERATIONS:
        where = f"{method} {path}"
        assert operation["summary"], where
        assert operation["tags"], where
        assert operation["security"] == [{"TokenAuth": []}], where
        assert {"401", "404", "429"} <= set(operation["responses"]), where
        assert any(code.startswith("2") for code in operation["responses"]), where
        told = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert told == {part[1:-1] for part in path.split("/") if part.startswith("{")}, where


def test_description_points_only_to_what_is_in_it():
    schemas = DESCRIBED["components"]["schemas"]
    for name in _references(DESCRIBED):
        kind, _slash, wanted = name.removeprefix("#/components/").partition("/")
        assert (kind, wanted in schemas) == ("schemas", True), name
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def _references(node):
    if isinstance(node, dict):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
