"""Who is behind a request: session and person, read by one statement of our own, because every request reads both."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils.crypto import constant_time_compare

from ancora.platform.accounts.models import User
from ancora.platform.plain_sql import columns, objects, read

MOST_KNOWN = 2000
# By the time of the database: a told one ends no session.
_SESSION = f"""
SELECT {columns(User, "u")}, s.session_data FROM django_session s LEFT JOIN accounts_user u ON u.id = %s AND u.is_active
WHERE s.session_key = %s AND s.expire_date > now()
"""  # noqa: S608
_PERSON = f"SELECT {columns(User, 'u')} FROM accounts_user u WHERE u.id = %s AND u.is_active"  # noqa: S608
# Whose session it was when it was asked last: a guess, which spares the second statement. What the session says holds.
_guesses: dict[str, int] = {}


class SessionStore(db.SessionStore):
    """Django's, in its table. `person`: whose it was last, as they are now."""

    person: User | None = None

    @classmethod
    def get_model_class(cls):
        return Session

    def load(self) -> dict:
        found = read(_SESSION, [_guesses.get(self.session_key, 0), self.session_key], User)
        if not found:
            self._session_key = None
            return {}
        self.person, data = found[0]
        return self.decode(data)

    def save(self, must_create: bool = False) -> None:
        super().save(must_create)
        _remember(self.session_key, _person_id(self))


def person_behind(request):
    """As Django's `get_user`, which is asked wherever anything is not as usual."""
    return _person_in(request.session) or get_user(request)


def person_of(cookies: dict[str, str]) -> User | None:
    """The person whose session these cookies name; None for a stranger, and for who may no longer sign in or has
    another password by now."""
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    return _person_in(SessionStore(key)) if key else None


def _person_in(session: SessionStore) -> User | None:
    pk, person = _person_id(session), session.person
    if not pk or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    if person is None or person.pk != pk:
        _remember(session.session_key, pk)
        person = next(iter(objects(_PERSON, [pk], User)), None)
    if person and constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
        return person
    return None


def _person_id(session: SessionStore) -> int:
    """0 of who has not signed in."""
    pk = str(session.get(SESSION_KEY, ""))
    return int(pk) if pk.isdecimal() else 0


def _remember(key: str, person_id: int) -> None:
    if len(_guesses) >= MOST_KNOWN:
        _guesses.clear()
    _guesses[key] = person_id
