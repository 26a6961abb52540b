"""One push to one browser, through the push service that it named."""

import json
import logging
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.utils import translation

from ancora.cases.notifications.models import Kind, Notification
from ancora.cases.notifications.push.encoding import from_base64, in_base64
from ancora.cases.notifications.push.models import PushBrowser
from ancora.cases.notifications.push.queries import reached_browsers
from ancora.cases.notifications.push.sealing import sealed
from ancora.cases.notifications.push.signing import authorization, origin_of
from ancora.cases.notifications.push.wording import content_of, tag_of
from ancora.cases.queries.cases import visible_cases
from ancora.platform import clock
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.jobs import later
from ancora.platform.keys import KeyChanged

log = logging.getLogger("ancora.push")

# After that nobody wants to be called for it: neither we nor the push service try any longer.
LASTS = timedelta(hours=12)
SECONDS = 15.0
MOST_TRIES = 6
FIRST_PAUSE = timedelta(seconds=30)
# Where nobody answers, every push waits for its end and keeps a worker from sending mail.
UNREACHED = timedelta(minutes=5)
# The address is no more, or belongs to a pair of keys that is not ours.
_GONE = (403, 404, 410)
_BUSY = (408, 425, 429)
# Who is called by name, or has to act, is called also where a telephone saves its battery.
_PRESSING = (Kind.ASSIGNED, Kind.MENTIONED, Kind.ANSWERED, Kind.ESCALATED, Kind.TASKED, Kind.UNSENT)


def send_one(browser_id: int, notification_id: int, count: int, tried: int) -> None:
    """The push, unless it was read, the person was signed out, or it is too late. A browser that its push service no
    longer knows is forgotten; a service in trouble is asked again later, and not before it wants to be."""
    browser = reached_browsers().select_related("person").filter(pk=browser_id).first()
    told = browser and browser.is_signed_in and _unread(browser, notification_id)
    now = clock.now()
    if not told or not told.pushed_at or now >= told.pushed_at + LASTS:
        return
    again = {"browser_id": browser_id, "notification_id": notification_id, "count": count}
    if browser.held_until and browser.held_until > now:
        _again(again, browser.held_until, tried)
        return
    status, wait = _posted(browser, told, count, now)
    if status in _GONE:
        log.info("a browser of user %s is no longer pushed to: %s", browser.person_id, status)
        browser.delete()
    elif 200 <= status < 300:
        PushBrowser.objects.filter(pk=browser.pk).update(succeeded_at=now, held_until=None)
    elif status >= 500 or status in _BUSY:
        at = now + max(wait, FIRST_PAUSE * 2**tried)
        if wait:
            _hold(browser, at, is_whole=status >= 500)
        if tried + 1 < MOST_TRIES:
            _again(again, at, tried + 1)
        else:
            log.warning("%s does not take a push: %s", origin_of(browser.endpoint), status)
    elif status:
        log.warning("%s refused a push: %s", origin_of(browser.endpoint), status)


def _hold(browser: PushBrowser, at: datetime, *, is_whole: bool) -> None:
    """Until then: this browser, or all of a push service that is in trouble as a whole."""
    all_there = PushBrowser.objects.filter(endpoint__startswith=f"{origin_of(browser.endpoint)}/")
    which = all_there if is_whole else PushBrowser.objects.filter(pk=browser.pk)
    which.update(held_until=at)


def _unread(browser: PushBrowser, notification_id: int) -> Notification | None:
    found = Notification.objects.filter(pk=notification_id, person=browser.person_id, read_at=None, is_pushed=True)
    found = found.filter(case__in=visible_cases(browser.person))
    return found.select_related("case", "actor", "message", "rule", "task__team").first()


def _again(what: dict, at: datetime, tried: int) -> None:
    from ancora.cases.notifications.push.jobs import push_one

    later(push_one, at=at, **what, tried=tried)


def _posted(browser: PushBrowser, told: Notification, count: int, now: datetime) -> tuple[int, timedelta]:
    """What the service answered (503 when nobody did, 410 when its address is none of the open internet, 0 when we
    cannot say who we are), and how long it wants to be left alone."""
    from ancora.platform.http.outside import OutsideTrouble, post

    try:
        headers = {**_headers(told, now), "Authorization": authorization(browser.endpoint, now)}
        answer = post(browser.endpoint, _body(browser, told, count), headers=headers, seconds=SECONDS)
    except KeyChanged:
        log.error("nothing is pushed: the keys of browser push were encrypted with another key of this installation")
        return 0, timedelta()
    except OutsideTrouble as trouble:
        log.info("%s: %s", origin_of(browser.endpoint), trouble)
        return (410, timedelta()) if trouble.reason in ("private", "bad_address") else (503, UNREACHED)
    return answer.status, waiting_time(answer.headers.get("Retry-After", ""), now)


def waiting_time(retry_after: str, now: datetime) -> timedelta:
    """How long a service wants to be left alone (RFC 9110, 10.2.3: seconds or a date), at most `LASTS`; what cannot be
    understood counts as nothing said."""
    try:
        is_number = retry_after.isdecimal()
        wait = timedelta(seconds=int(retry_after[:9])) if is_number else parsedate_to_datetime(retry_after) - now
    except (TypeError, ValueError):
        return timedelta()
    return min(max(wait, timedelta()), LASTS)


def _headers(told: Notification, now: datetime) -> dict[str, str]:
    left = told.pushed_at + LASTS - now
    return {
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(left.total_seconds())),
        "Urgency": "high" if told.kind in _PRESSING else "normal",
        # A browser that was away is told the latest of a case only (RFC 8030, 5.4).
        "Topic": in_base64(tag_of(told).encode())[:32],
    }


def _body(browser: PushBrowser, told: Notification, count: int) -> bytes:
    with translation.override(browser.person.language or current_organisation().language):
        content = content_of(told, count=count, shows_words=browser.shows_words)
    return sealed(json.dumps(content).encode(), p256dh=from_base64(browser.p256dh), auth=from_base64(browser.auth))
