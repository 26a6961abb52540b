"""Who is behind a request: session and person, read by statements of our own, because every request reads both."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.middleware import get_user
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils.crypto import constant_time_compare

from ancora.platform.accounts.models import User
from ancora.platform.plain_sql import columns, objects

# By the time of the database: a told one ends no session.
_DATA = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > now()"
_PERSON = f"SELECT {columns(User, 'u')} FROM accounts_user u WHERE u.id = %s AND u.is_active"  # noqa: S608


class SessionStore(db.SessionStore):
    """Django's, in its table."""

    @classmethod
    def get_model_class(cls):
        return Session

    def load(self) -> dict:
        with connection.cursor() as cursor:
            cursor.execute(_DATA, [self.session_key])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])


def person_behind(request):
    """As Django's `get_user`, which is asked wherever anything is not as usual."""
    session = request.session
    pk = session.get(SESSION_KEY, "")
    if str(pk).isdecimal() and session.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS:
        person = next(iter(objects(_PERSON, [int(pk)], User)), None)
        if person and constant_time_compare(session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()):
            return person
    return get_user(request)
