from ancora.platform.events.queries import events_after


def _sign_in(client, email: str, password: str) -> None:
    client.post("/accounts/login/", {"login": email, "password": password})


def _events() -> list[tuple]:
    return [(event.type, event.actor_kind, event.objects) for event in events_after(0) if "signin" in event.type]


def test_sign_in_is_on_the_record_with_the_person(cast, client_of):
    _sign_in(client_of(), "marco@example.com", cast.password)
    assert _events() == [("signin.succeeded", "human", [("user_id", "user", cast.marco.pk)])]


def test_refused_sign_in_is_on_the_record_without_what_was_typed(cast, client_of):
    _sign_in(client_of(), "marco@example.com", "not the password")
    assert _events() == [("signin.failed", "system", [])]
    assert [event.attrs for event in events_after(0) if "signin" in event.type] == [{"reason": "credentials"}]
