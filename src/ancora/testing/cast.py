"""The people of the tests."""

import functools
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from ancora.platform import clock
from ancora.platform.accounts.models import Organisation, Role, User
from ancora.platform.accounts.queries import forget_organisation

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Cast:
    """anna: administrator · lena: lead · marco: agent (Italian) · olga: observer · stan: agent of no team

    What they send leaves at once: nobody takes it back."""

    anna: User
    lena: User
    marco: User
    olga: User
    stan: User
    password: str = PASSWORD


def enter() -> Cast:
    """Sets the organisation up and lets everybody in; all have the same password."""
    Organisation.objects.create(id=1, name="Test & Co", language="en", time_zone="Europe/Rome", set_up_at=clock.now())
    forget_organisation()
    hashed = _hashed()
    people = [
        ("anna", "Anna Ferri", Role.ADMINISTRATOR, "en"),
        ("lena", "Lena Vogt", Role.LEAD, "en"),
        ("marco", "Marco Reale", Role.AGENT, "it"),
        ("olga", "Olga Nilsson", Role.OBSERVER, "en"),
        ("stan", "Stan Meyer", Role.AGENT, "en"),
    ]
    made = {
        key: User.objects.create(
            email=f"{key}@example.com", name=name, role=role, language=language, password=hashed, undo_seconds=0
        )
        for key, name, role, language in people
    }
    return Cast(**made)


@functools.cache
def _hashed() -> str:
    # One for all: hashing for everybody in every test would take most of its time.
    return make_password(PASSWORD)
