"""Lists that people save."""

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from ancora.cases.lists.queries import name_of
from ancora.cases.models import ListShape, SavedView
from ancora.cases.queries.asked import read
from ancora.cases.queries.saved_views import may_change_view
from ancora.parties.models import Team
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def save_view(
    *, label: str, conditions: str, author: User, team: Team | None = None, is_for_all: bool = False,
    view: SavedView | None = None,
) -> SavedView:  # fmt: skip
    """Keep a list, or change the one given as `view`. Only leads keep lists for a team or for everybody."""
    if view is not None and not may_change_view(author, view):
        raise Refusal(_("Only a lead changes the lists of a team or of everybody."))
    if (team is not None or is_for_all) and not author.is_lead:
        raise Refusal(_("Only a lead changes the lists of a team or of everybody."))
    _require_conditions(conditions)
    kept, is_new = view or SavedView(), view is None
    kept.label, kept.conditions = label, conditions
    kept.team, kept.person = team, None if team or is_for_all else author
    kept.full_clean(exclude=["person", "team"])
    kept.save()
    changed = SettingChanged(kind="saved_view", row_id=kept.pk, verb="created" if is_new else "changed")
    publish(changed, actor=Actor.human(author))
    return kept


@transaction.atomic
def delete_view(view: SavedView, *, author: User) -> None:
    """The list goes, its cases stay."""
    if not may_change_view(author, view):
        raise Refusal(_("Only a lead changes the lists of a team or of everybody."))
    event = SettingChanged(kind="saved_view", row_id=view.pk, verb="deleted")
    ListShape.objects.filter(list_name=name_of("view", view)).delete()
    view.delete()
    publish(event, actor=Actor.human(author))


def _require_conditions(text: str) -> None:
    asked = read(text, today=localdate())
    if asked.problems:
        raise Refusal(_("These conditions say nothing: %(conditions)s") % {"conditions": ", ".join(asked.problems)})
    if asked.words:
        words = {"words": asked.words}
        raise Refusal(_("A list holds conditions such as is:open or tag:leak; “%(words)s” is for the search.") % words)
    if not asked.conditions and not asked.without:
        raise Refusal(_("Write at least one condition, such as is:open or tag:leak."))
