"""Reading and choosing."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db import transaction

from ancora.cases.models import Case, Task
from ancora.cases.notifications.models import Notification, NotificationChoice
from ancora.cases.notifications.queries import topic_of
from ancora.cases.queries.cases import parts_of
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.live.hints import hint

KEPT = timedelta(days=90)
# So many rows at a time: a night's job holds no lock for long.
_LOT = 5000


def read_case(case: Case, *, person: User) -> None:
    """The person has the case before the eyes: what was told of it is read."""
    _read(Notification.objects.filter(person=person, case__in=parts_of(case)), person)


def read_task(task: Task, *, person: User) -> None:
    """The person has the task before the eyes."""
    _read(Notification.objects.filter(person=person, task=task), person)


def read_all(person: User, *, up_to: int) -> None:
    """What the person was told up to the notification with this id, of whatever case, is read."""
    _read(Notification.objects.filter(person=person, pk__lte=up_to), person)


@transaction.atomic
def _read(which, person: User) -> None:
    if which.filter(read_at=None).update(read_at=clock.now()):
        hint([topic_of(person.pk)])


@transaction.atomic
def choose_notifications(
    person: User, *, choices: Mapping[str, tuple[bool, str]], pushed: Collection[str] | None = None
) -> None:
    """How the person wants to hear of each kind from now on: whether under the bell, and how by mail. `pushed`: of
    which kinds also by browser push; None leaves that as it is."""
    for kind, (is_shown, mail) in choices.items():
        chosen = {"is_shown": is_shown, "mail": mail} | ({} if pushed is None else {"is_pushed": kind in pushed})
        NotificationChoice.objects.update_or_create(person=person, kind=kind, defaults=chosen)


def forget_old_notifications() -> None:
    """What was told three months ago, read or not."""
    old = Notification.objects.filter(at__lt=clock.now() - KEPT)
    while ids := list(old.values_list("pk", flat=True)[:_LOT]):
        Notification.objects.filter(pk__in=ids).delete()
