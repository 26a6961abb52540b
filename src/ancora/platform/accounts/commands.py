"""Changes to the organisation, its people and their API tokens."""

import hashlib
import secrets
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext as _

from ancora.platform import clock
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import ApiToken, Organisation, Role, User
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish

_BEGINNING = "ancora_"


@transaction.atomic
def set_up_organisation(
    *, name: str, language: str, time_zone: str, person: str, email: str, password: str, public_address: str = ""
) -> User:
    """Names the organisation and makes its first administrator (`person`); refused when that was done before."""
    organisation, _made = Organisation.objects.select_for_update().get_or_create(id=1, defaults={"name": name})
    if organisation.set_up_at is not None:
        raise Refusal(_("This organisation is set up already."))
    organisation.name, organisation.language, organisation.time_zone = name, language, time_zone
    organisation.public_address, organisation.set_up_at = public_address, clock.now()
    organisation.save()
    user = User.objects.create_user(email, password, name=person, role=Role.ADMINISTRATOR, language=language)
    publish(SettingChanged(kind="organisation", row_id=1, verb="created"), actor=SYSTEM)
    transaction.on_commit(forget_organisation)
    return user


@transaction.atomic
def change_organisation(organisation: Organisation, *, actor: Actor) -> Organisation:
    """Saves the fields as they are now on `organisation`."""
    organisation.full_clean()
    organisation.save()
    publish(SettingChanged(kind="organisation", row_id=organisation.pk), actor=actor)
    transaction.on_commit(forget_organisation)
    return organisation


@transaction.atomic
def invite_person(*, name: str, email: str, role: str, language: str = "", time_zone: str = "", actor: Actor) -> User:
    """A new colleague without a password: nobody can sign in as him before he has set one by his link."""
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise Refusal(_("Somebody with this e-mail address is here already."))
    person = User.objects.create_user(email, None, name=name, role=role, language=language, time_zone=time_zone)
    publish(SettingChanged(kind="person", row_id=person.pk, verb="created"), actor=actor)
    return person


@transaction.atomic
def change_person(
    person: User,
    *,
    name: str,
    email: str,
    role: str,
    language: str,
    time_zone: str,
    is_active: bool,
    actor: Actor,
) -> User:
    """Refused when it would leave the organisation without an administrator who may sign in."""
    # All administrators are locked, so that two who demote each other at once do not both succeed.
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    administrators = list(administrators.select_for_update(no_key=True).values_list("pk", flat=True))
    if administrators == [person.pk] and not (role == Role.ADMINISTRATOR and is_active):
        raise Refusal(_("This is the last administrator. Make somebody else administrator first."))
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exclude(pk=person.pk).exists():
        raise Refusal(_("Somebody with this e-mail address is here already."))
    # An address that is no longer his must not open his account.
    EmailAddress.objects.filter(user=person).exclude(email__iexact=email).delete()
    person.name, person.email, person.role, person.language = name, email, role, language
    person.time_zone, person.is_active = time_zone, is_active
    person.save(update_fields=["name", "email", "role", "language", "time_zone", "is_active"])
    publish(SettingChanged(kind="person", row_id=person.pk), actor=actor)
    return person


@transaction.atomic
def change_own_profile(
    person: User, *, name: str, language: str, time_zone: str, signature: str, undo_seconds: int | None = None
) -> User:
    """What everybody may say of himself. Without `undo_seconds` the time to undo sending stays."""
    person.name, person.language, person.time_zone, person.signature = name, language, time_zone, signature
    if undo_seconds is not None:
        person.undo_seconds = undo_seconds
    person.save(update_fields=["name", "language", "time_zone", "signature", "undo_seconds"])
    publish(SettingChanged(kind="profile", row_id=person.pk), actor=Actor.human(person))
    return person


@transaction.atomic
def remove_second_factor(person: User, *, actor: Actor) -> None:
    """For somebody who lost the telephone: the password alone is asked until a new app is set up."""
    Authenticator.objects.filter(user=person).delete()
    publish(SettingChanged(kind="person", row_id=person.pk, verb="second_factor_removed"), actor=actor)


@transaction.atomic
def create_token(user: User, *, name: str) -> str:
    """The plain token, shown this once: only its digest is kept."""
    plain = _BEGINNING + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(user=user, name=name, digest=_digest(plain))
    publish(SettingChanged(kind="token", row_id=token.pk, verb="created"), actor=Actor.human(user))
    return plain


@transaction.atomic
def delete_token(token: ApiToken, *, actor: Actor) -> None:
    """Programs that use it are refused from now on."""
    publish(SettingChanged(kind="token", row_id=token.pk, verb="deleted"), actor=actor)
    token.delete()


def token_owner(plain: str) -> User | None:
    """The person a token acts for, None when it is unknown or the person may no longer sign in."""
    if not plain.startswith(_BEGINNING):
        return None
    token = ApiToken.objects.select_related("user").filter(digest=_digest(plain), user__is_active=True).first()
    if token is None:
        return None
    now = clock.now()
    # One write a minute is enough to see whether a token is in use.
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def _digest(plain: str) -> str:
    # The token is 256 random bits, so a plain digest cannot be searched.
    return hashlib.sha256(plain.encode()).hexdigest()
