"""Choosing how a list is shown."""

from django.db import transaction

from ancora.cases.lists.models import ListShape
from ancora.cases.lists.queries import name_of
from ancora.cases.lists.shapes import Shape
from ancora.cases.models import SavedView
from ancora.cases.queries.saved_views import may_change_view
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def choose_shape(person: User, list_name: str, shape: Shape, *, view: SavedView | None = None) -> None:
    """Show a list so from now on: a queue for this person; a saved list for all who see it when the person may change
    it, else for this person alone."""
    if view is None or not may_change_view(person, view):
        kept = {"shape": shape.kept()}
        ListShape.objects.update_or_create(person=person, list_name=name_of(list_name, view), defaults=kept)
        return
    _forget(person, list_name, view)
    if view.shape == shape.kept():
        return
    view.shape = shape.kept()
    view.save(update_fields=["shape"])
    publish(SettingChanged(kind="saved_view", row_id=view.pk, verb="changed"), actor=Actor.human(person))


@transaction.atomic
def choose_usual_shape(person: User, list_name: str, *, view: SavedView | None = None) -> None:
    """Show a queue as everybody sees it who chose nothing; a saved list as it was saved."""
    if view is not None and may_change_view(person, view):
        choose_shape(person, list_name, Shape(), view=view)
    _forget(person, list_name, view)


def _forget(person: User, list_name: str, view: SavedView | None) -> None:
    ListShape.objects.filter(person=person, list_name=name_of(list_name, view)).delete()
