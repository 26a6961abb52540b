"""Which people see a case: the other way round of `visible_cases`."""

from django.db.models import Q, QuerySet

from ancora.cases.models import Case
from ancora.conversations.models import Mailbox
from ancora.parties.models import Membership
from ancora.platform.accounts.models import Role, User


def people_who_see(case: Case) -> QuerySet[User]:
    """Who works here and may see the case, by name: of no mailbox, or of one that is everybody's or their team's."""
    found = User.objects.filter(is_active=True).order_by("name", "id")
    kept = Mailbox.teams.through.objects.filter(mailbox__in=case.mailbox_ids).values_list("mailbox_id", "team_id")
    teams_of = list(kept)
    if not case.mailbox_ids or set(case.mailbox_ids) - {mailbox for mailbox, _team in teams_of}:
        return found
    insiders = Membership.objects.filter(team__in={team for _mailbox, team in teams_of})
    return found.filter(Q(role=Role.ADMINISTRATOR) | Q(pk__in=insiders.values("user_id")))
