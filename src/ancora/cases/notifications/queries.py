"""What stands under a person's bell, who follows a case, and how people want to be told."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from ancora.cases.models import Case
from ancora.cases.notifications.models import Follower, Kind, Notification, NotificationChoice
from ancora.cases.queries.cases import parts_of, visible_cases
from ancora.platform.accounts.models import User

SIZE = 30
# More than this is "99+".
MOST_COUNTED = 100


def topic_of(person_id: int) -> str:
    """Under which name live pages hear that something changed under this person's bell."""
    return f"news-{person_id}"


def notifications(viewer) -> QuerySet[Notification]:
    """What the viewer was told, of cases that the viewer still sees, the latest first."""
    return Notification.objects.filter(person=viewer, is_shown=True, case__in=visible_cases(viewer)).order_by("-id")


_COUNT = """
SELECT count(*) FROM (
    SELECT 1 FROM cases_notification n JOIN cases_case c ON c.id = n.case_id
    WHERE n.person_id = %(person)s AND n.is_shown AND n.read_at IS NULL AND (%(all)s OR c.mailbox_ids = '{}'
        OR NOT c.mailbox_ids <@ ARRAY(
            SELECT mailbox_id::bigint FROM conversations_mailbox_teams GROUP BY mailbox_id
            HAVING NOT bool_or(team_id IN (SELECT team_id FROM parties_membership WHERE user_id = %(person)s))))
    LIMIT %(most)s
) counted
"""


def unread_count(viewer) -> int:
    """How many of `notifications` are unread, up to `MOST_COUNTED`; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"person": viewer.pk, "all": viewer.is_administrator, "most": MOST_COUNTED})
        return cursor.fetchone()[0]


def notification_page(viewer, *, before: int | None = None, most: int = SIZE) -> list[Notification]:
    """The latest ones, or those before the one with the id `before`; one more than `most` says that there are more."""
    found = notifications(viewer).select_related("case", "actor", "message", "rule", "task__team")
    if before:
        found = found.filter(pk__lt=before)
    return list(found.defer("message__text", "message__reply_text", "message__html")[: most + 1])


def followers_of(case: Case) -> list[User]:
    """Who follows the case, or one that was merged into it, by name."""
    ids = Follower.objects.filter(case__in=parts_of(case)).values("person_id")
    return list(User.objects.filter(pk__in=ids, is_active=True).order_by("name", "id"))


def choices_of(person_ids: Iterable[int]) -> dict[int, dict[str, NotificationChoice]]:
    """By person, by kind; what a person never chose is as at the beginning."""
    found = {pk: {kind: NotificationChoice(person_id=pk, kind=kind) for kind in Kind.values} for pk in person_ids}
    for one in NotificationChoice.objects.filter(person__in=found):
        found[one.person_id][one.kind] = one
    return found
