"""Which people see a case: the other way round of `visible_cases`."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from ancora.cases.models import Case
from ancora.conversations.models import Mailbox
from ancora.parties.models import Membership
from ancora.platform.accounts.models import Role, User

# `people_who_see` as a condition of plain SQL on a case `k` and a person `u` who works here.
SEES = """
(k.mailbox_ids = '{}' OR u.role = 'administrator' OR EXISTS (SELECT FROM unnest(k.mailbox_ids) AS box(id)
    WHERE NOT EXISTS (SELECT FROM conversations_mailbox_teams t WHERE t.mailbox_id = box.id)
    OR EXISTS (SELECT FROM conversations_mailbox_teams t JOIN parties_membership m ON m.team_id = t.team_id
        WHERE t.mailbox_id = box.id AND m.user_id = u.id)))
"""


def people_who_see(case: Case) -> QuerySet[User]:
    """Who works here and may see the case, by name: of no mailbox, or of one that is everybody's or their team's."""
    found = User.objects.filter(is_active=True).order_by("name", "id")
    kept = Mailbox.teams.through.objects.filter(mailbox__in=case.mailbox_ids).values_list("mailbox_id", "team_id")
    teams_of = list(kept)
    if not case.mailbox_ids or set(case.mailbox_ids) - {mailbox for mailbox, _team in teams_of}:
        return found
    insiders = Membership.objects.filter(team__in={team for _mailbox, team in teams_of})
    return found.filter(Q(role=Role.ADMINISTRATOR) | Q(pk__in=insiders.values("user_id")))


def seen_among(people: Iterable[User], cases: Iterable[Case]) -> dict[int, set[int]]:
    """By id of each person the ids of those of the cases that they may see; two queries for any number."""
    people, cases = list(people), list(cases)
    kept: dict[int, set[int]] = {}
    mailboxes = {pk for case in cases for pk in case.mailbox_ids}
    for mailbox, team in Mailbox.teams.through.objects.filter(mailbox__in=mailboxes).values_list("mailbox", "team"):
        kept.setdefault(mailbox, set()).add(team)
    teams: dict[int, set[int]] = {person.pk: set() for person in people}
    for user, team in Membership.objects.filter(user__in=list(teams)).values_list("user", "team"):
        teams[user].add(team)

    def may_see(person: User, case: Case) -> bool:
        if person.is_administrator or not case.mailbox_ids:
            return True
        return any(pk not in kept or kept[pk] & teams[person.pk] for pk in case.mailbox_ids)

    return {person.pk: {case.pk for case in cases if may_see(person, case)} for person in people}
