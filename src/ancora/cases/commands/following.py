"""Who hears of a case without owning it."""

from django.db import transaction

from ancora.cases.commands.locking import locked
from ancora.cases.events import CaseFollowed, CaseUnfollowed
from ancora.cases.models import Case
from ancora.cases.notifications.models import Follower
from ancora.cases.queries.cases import parts_of
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def follow_case(case: Case, *, person: User, actor: Actor) -> None:
    """From now on the person hears of what customers and colleagues write in the case. Nothing when that is so."""
    case = locked(case)
    if Follower.objects.filter(case__in=parts_of(case), person=person).exists():
        return
    Follower.objects.create(case=case, person=person, since=clock.now())
    publish(CaseFollowed(case_id=case.pk, person_id=person.pk), actor=actor)


@transaction.atomic
def unfollow_case(case: Case, *, person: User, actor: Actor) -> None:
    """The person no longer follows the case, nor any that was merged into it; who owns it still hears of it."""
    case = locked(case)
    gone, _by_model = Follower.objects.filter(case__in=parts_of(case), person=person).delete()
    if gone:
        publish(CaseUnfollowed(case_id=case.pk, person_id=person.pk), actor=actor)
