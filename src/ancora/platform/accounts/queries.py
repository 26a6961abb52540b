"""Who works here, and for whom."""

import time

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from ancora.platform.accounts.models import ApiToken, Organisation, Role, User

# The organisation is on every page and changes once a year; each process looks again after this long.
_FRESH_SECONDS = 5.0
_held: tuple[float, Organisation] | None = None
_changes = 0


def current_organisation() -> Organisation:
    """The organisation as of at most five seconds ago; an unnamed, unsaved one before set-up."""
    global _held
    if (held := _held) and time.monotonic() - held[0] <= _FRESH_SECONDS:
        return held[1]
    changes, now = _changes, time.monotonic()
    found = Organisation.objects.filter(id=1).first() or Organisation(name="Ancora")
    # What was read while it changed may be what it was before.
    if changes == _changes:
        _held = (now, found)
    return found


def forget_organisation() -> None:
    """Called by whoever changes the organisation, so that this process sees it at once."""
    global _held, _changes
    _held, _changes = None, _changes + 1


def is_set_up() -> bool:
    return current_organisation().set_up_at is not None


def people(viewer: User) -> QuerySet[User]:
    """Everybody who works here, by name."""
    return User.objects.order_by("name", "id")


def active_people(viewer: User) -> QuerySet[User]:
    return people(viewer).filter(is_active=True)


def administrators() -> list[User]:
    """Everybody who may sign in as one: whom the system itself writes to."""
    return list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("id"))


def person_for(viewer: User, pk: int) -> User:
    """One colleague, for an administrator; not yours → 404."""
    person = people(viewer).filter(pk=pk).first() if viewer.is_administrator else None
    if person is None:
        raise Http404("No such person.")
    return person


def tokens_of(viewer: User) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=viewer).order_by("name", "id")


def token_for(viewer: User, pk: int) -> ApiToken:
    """One of the viewer's own tokens; not yours → 404."""
    token = tokens_of(viewer).filter(pk=pk).first()
    if token is None:
        raise Http404("No such token.")
    return token


def organisation_for(viewer: User) -> Organisation:
    """The organisation fresh from the database, to be changed by an administrator; not yours → 404."""
    if not viewer.is_administrator:
        raise Http404("For administrators.")
    return Organisation.objects.filter(id=1).first() or Organisation(name="Ancora")


def has_second_factor(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def people_with_factors(viewer: User) -> QuerySet[User]:
    """Everybody, with `has_second_factor`."""
    totp = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    return people(viewer).annotate(has_second_factor=Exists(totp))
