"""What is to be pushed to a person about a case becomes one push to each browser: at once, and what follows soon
together."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from ancora.cases.models import Case, Presence, PresenceState
from ancora.cases.notifications.models import Notification
from ancora.cases.notifications.push.queries import browsers_of
from ancora.cases.queries.cases import parts_of, visible_cases
from ancora.cases.queries.presence import gone
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.jobs import later

# So long after a push about a case the next one waits, and takes along what comes meanwhile.
TOGETHER = timedelta(seconds=30)


@transaction.atomic
def hand_out(person_id: int, case_id: int) -> None:
    """Each piece of news once. What was read meanwhile, or is of a case that the person no longer sees or is looking
    at right now, is done without a push."""
    from ancora.cases.notifications.push.jobs import push_news, push_one

    # Pieces of the same second come one after another.
    person = User.objects.select_for_update(no_key=True).filter(pk=person_id, is_active=True).first()
    news = Notification.objects.filter(person=person_id, case=case_id, is_pushed=True)
    waiting = list(news.filter(pushed_at=None).order_by("id").values_list("pk", "read_at"))
    if person is None or not waiting:
        return
    now, last = clock.now(), news.aggregate(last=Max("pushed_at"))["last"]
    if last and now < last + TOGETHER:
        later(push_news, at=last + TOGETHER, person_id=person_id, case_id=case_id)
        return
    fresh = [pk for pk, read_at in waiting if read_at is None]
    case = visible_cases(person).filter(pk=case_id).first()
    is_wanted = bool(fresh) and case is not None and not _looks_at(person, case)
    _done([pk for pk, _read_at in waiting], now if is_wanted else None)
    if is_wanted:
        for browser in browsers_of(person).select_related("person"):
            if browser.is_signed_in:
                later(push_one, browser_id=browser.pk, notification_id=fresh[-1], count=len(fresh))


def _done(ids: list[int], pushed_at: datetime | None) -> None:
    """What was not pushed makes nothing wait that comes after it."""
    found = Notification.objects.filter(pk__in=ids)
    found.update(pushed_at=pushed_at) if pushed_at else found.update(is_pushed=False)


def _looks_at(person: User, case: Case) -> bool:
    there = Presence.objects.filter(user=person, case__in=parts_of(case)).exclude(gone())
    return there.exclude(state=PresenceState.AWAY).exists()
