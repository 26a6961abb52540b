"""The organisation is looked up seldom, and whoever changes it sees the change at once."""

from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import current_organisation, forget_organisation


def test_organisation_is_kept_until_somebody_changes_it(cast):
    forget_organisation()
    current_organisation()
    with CaptureQueriesContext(connection) as queries:
        assert current_organisation().public_address == ""
    assert not queries.captured_queries
    Organisation.objects.update(public_address="https://help.example")
    forget_organisation()
    assert current_organisation().public_address == "https://help.example"


def test_what_was_read_while_it_changed_is_not_kept(cast, monkeypatch):
    forget_organisation()
    first = QuerySet.first

    def slow(self):
        found = first(self)
        Organisation.objects.update(public_address="https://help.example")
        forget_organisation()
        return found

    with monkeypatch.context() as patched:
        patched.setattr(QuerySet, "first", slow)
        assert current_organisation().public_address == ""
    assert current_organisation().public_address == "https://help.example"
