"""Whose browser it is, by one statement, for what does not pass through Django's middleware."""

import functools

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare

from ancora.platform.accounts.models import User
from ancora.platform.plain_sql import columns, read

MOST_KNOWN = 2000
_WHO = f"""
SELECT {columns(User, "u")}, s.session_data FROM django_session s
LEFT JOIN accounts_user u ON u.id = %s AND u.is_active
WHERE s.session_key = %s AND s.expire_date > statement_timestamp()
"""  # noqa: S608
# Whose session it was when it was asked last. Only a guess, which spares a second statement.
_guesses: dict[str, int] = {}


def signed_in(cookies: dict[str, str]) -> User | None:
    """The person whose session these cookies name; None for a stranger, and for who may no longer sign in or has
    another password by now."""
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    if not key:
        return None
    guess = _guesses.get(key, 0)
    found = read(_WHO, [guess, key], User)
    if not found:
        return None
    person_id, proof = _said_in(found[0][1])
    if person_id != guess:
        if len(_guesses) >= MOST_KNOWN:
            _guesses.clear()
        _guesses[key] = person_id
        found = read(_WHO, [person_id, key], User)
    person = found[0][0] if found else None
    if person is None or not constant_time_compare(proof, person.get_session_auth_hash()):
        return None
    return person


@functools.lru_cache(MOST_KNOWN)
def _said_in(session_data: str) -> tuple[int, str]:
    """(the id of the person, or 0; the proof that the password is still the same). Reading a session checks its
    signature, which is the same each time."""
    said = SessionStore().decode(session_data)
    person_id = str(said.get(SESSION_KEY, ""))
    return int(person_id) if person_id.isdecimal() else 0, said.get(HASH_SESSION_KEY, "")
