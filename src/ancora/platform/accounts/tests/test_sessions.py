"""Who is behind a request: as Django says it, at the price of one statement."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.platform import clock
from ancora.platform.accounts.models import User


def _is_signed_in(client) -> bool:
    return client.get("/notifications/bell/").status_code == 200


def test_session_and_person_cost_one_statement(cast, client_of):
    anna = client_of(cast.anna)
    assert _is_signed_in(anna)
    with CaptureQueriesContext(connection) as asked:
        assert _is_signed_in(anna)
    both = [one["sql"] for one in asked if "django_session" in one["sql"] or "accounts_user" in one["sql"]]
    assert len(both) == 1


@pytest.mark.parametrize("change", ["password", "inactive", "expired", "deleted", "signature"])
def test_session_ends_with_its_reason(cast, client_of, change):
    anna = client_of(cast.anna)
    assert _is_signed_in(anna)
    if change == "password":
        cast.anna.set_password("another horse, another battery")
        cast.anna.save()
    elif change == "inactive":
        User.objects.filter(pk=cast.anna.pk).update(is_active=False)
    elif change == "expired":
        Session.objects.update(expire_date=clock.now() - timedelta(seconds=1))
    elif change == "deleted":
        Session.objects.all().delete()
    else:
        Session.objects.update(session_data="e30:rubbish:rubbish")
    assert not _is_signed_in(anna)
    # A session whose person may not have it is over for good.
    assert change != "password" or not Session.objects.exists()


def test_cookie_that_is_no_session_is_nobody(cast, client_of):
    stranger = client_of()
    for key in ("x", "nonsense-nonsense-nonsense", ""):
        stranger.cookies["ancora_session"] = key
        assert not _is_signed_in(stranger)
