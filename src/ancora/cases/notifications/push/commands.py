"""A browser is pushed to, or no longer."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.notifications.push.encoding import from_base64
from ancora.cases.notifications.push.models import LONGEST_ENDPOINT, PushBrowser
from ancora.cases.notifications.push.queries import reached_browsers
from ancora.cases.notifications.push.sealing import CURVE
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal

# Whoever has more has forgotten the oldest.
MOST_BROWSERS = 10
# A sign-in lasts two weeks; whoever comes back after a holiday finds things as they were.
LOST_AFTER = timedelta(days=60)
_AUTH_BYTES = 16


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a browser gives to whoever is to push to it; both keys in base64."""

    endpoint: str
    p256dh: str
    auth: str


@transaction.atomic
def push_to_browser(
    person: User, given: Subscription, *, session_key: str, device: str, shows_words: bool = False
) -> PushBrowser:
    """The person is pushed to in this browser while signed in by this session; whoever was before no longer. Refused
    when what the browser gave cannot be pushed to."""
    _check(given)
    _one_at_a_time(person)
    now = clock.now()
    PushBrowser.objects.filter(endpoint=given.endpoint).exclude(person=person).delete()
    fresh = {**_said(person, given, session_key, device), "shows_words": shows_words, "held_until": None}
    browser, _is_new = PushBrowser.objects.update_or_create(
        endpoint=given.endpoint, defaults=fresh, create_defaults={**fresh, "person": person, "created_at": now}
    )
    kept = PushBrowser.objects.filter(person=person).order_by("-renewed_at", "-id").values_list("pk", flat=True)
    PushBrowser.objects.filter(pk__in=list(kept[MOST_BROWSERS:])).delete()
    return browser


@transaction.atomic
def renew_browser(person: User, given: Subscription, *, was: str, session_key: str, device: str) -> PushBrowser | None:
    """The person signed in anew in a browser that was pushed to, at the endpoint `was` or the same; None when it is
    no longer to be: the person signed out there, or removed it."""
    _check(given)
    _one_at_a_time(person)
    known = PushBrowser.objects.filter(person=person, endpoint__in=[given.endpoint, was]).order_by("-id").first()
    if known is None:
        return None
    PushBrowser.objects.filter(endpoint=given.endpoint).exclude(pk=known.pk).delete()
    for field, value in _said(person, given, session_key, device).items():
        setattr(known, field, value)
    known.save()
    return known


def show_words(browser: PushBrowser, *, shows_words: bool) -> None:
    """Whether pushes to this browser say who and what."""
    browser.shows_words = shows_words
    browser.save(update_fields=["shows_words"])


def forget_browser(browser: PushBrowser) -> None:
    browser.delete()


def forget_browsers_of_session(session_key: str | None) -> None:
    """The person signs out."""
    if session_key:
        PushBrowser.objects.filter(session_key=session_key).delete()


def forget_browsers_of(person_id: int) -> None:
    """Unless the person may sign in."""
    PushBrowser.objects.filter(person=person_id, person__is_active=False).delete()


def forget_lost_browsers() -> None:
    """Those in which nobody signed in again."""
    lost = PushBrowser.objects.exclude(pk__in=reached_browsers().values("pk"))
    lost.filter(renewed_at__lt=clock.now() - LOST_AFTER).delete()


def _one_at_a_time(person: User) -> None:
    """Two tabs that say the same make one row, and the oldest are counted right."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _said(person: User, given: Subscription, session_key: str, device: str) -> dict:
    return {
        "endpoint": given.endpoint,
        "p256dh": given.p256dh,
        "auth": given.auth,
        "session_key": session_key,
        "session_hash": person.get_session_auth_hash(),
        "device": device[:80],
        "renewed_at": clock.now(),
    }


def _check(given: Subscription) -> None:
    from ancora.platform.http.outside import is_permitted

    try:
        parts = urlsplit(given.endpoint)
        is_safe = parts.scheme == "https" or is_permitted(parts.hostname or "")
        is_whole = bool(parts.hostname) and not parts.username and not parts.password and parts.port != 0
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, from_base64(given.p256dh))
        has_secret = len(from_base64(given.auth)) == _AUTH_BYTES
    except ValueError:
        is_safe = is_whole = has_secret = False
    if not (is_safe and is_whole and has_secret and len(given.endpoint) <= LONGEST_ENDPOINT):
        raise Refusal(_("This browser gave no address to push to that can be used."))
