"""Cases that have something to do with each other, without being one matter."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked_together
from ancora.cases.events import CaseLinked, CaseUnlinked
from ancora.cases.models import Case, CaseLink
from ancora.cases.queries.cases import parts_of
from ancora.cases.queries.related import related_ids
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish

RELATED = "related"


@transaction.atomic
def relate_cases(case: Case, other: Case, *, author: User) -> None:
    """Each of the two names the other from now on. Nothing when they do."""
    if case.pk == other.pk:
        raise Refusal(_("A case is not related to itself. Write another number."))
    locked_together(case, other)
    if other.pk in related_ids(case):
        return
    first, second = sorted((case.pk, other.pk))
    CaseLink.objects.create(case_id=first, related_id=second, kind=RELATED, since=clock.now())
    publish(CaseLinked(case_id=case.pk, related_id=other.pk, kind=RELATED), actor=Actor.human(author))


@transaction.atomic
def unrelate_cases(case: Case, other: Case, *, author: User) -> None:
    """Neither names the other any more. Nothing when they do not."""
    locked_together(case, other)
    mine, theirs = parts_of(case), parts_of(other)
    between = Q(case__in=mine, related__in=theirs) | Q(case__in=theirs, related__in=mine)
    if CaseLink.objects.filter(between, kind=RELATED, until__isnull=True).update(until=clock.now()):
        publish(CaseUnlinked(case_id=case.pk, related_id=other.pk, kind=RELATED), actor=Actor.human(author))
