"""Changes to the words of cases: outcomes and tags. Both are switched off, never deleted: old cases carry them."""

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ancora.cases.models import Outcome, Tag
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def create_outcome(*, label: str, is_active: bool = True, actor: Actor) -> Outcome:
    """A new last outcome; refused when its label is there."""
    _require_free_label(Outcome, label)
    last = Outcome.objects.aggregate(last=Max("position"))["last"] or 0
    outcome = Outcome.objects.create(label=label, is_active=is_active, position=last + 1)
    publish(SettingChanged(kind="outcome", row_id=outcome.pk, verb="created"), actor=actor)
    return outcome


@transaction.atomic
def change_outcome(outcome: Outcome, *, label: str, is_active: bool, actor: Actor) -> Outcome:
    """Cases that ended so show the new label."""
    return _change(outcome, label, is_active, "outcome", actor)


@transaction.atomic
def move_outcome(outcome: Outcome, *, up: bool, actor: Actor) -> None:
    """One place up or down in the list agents choose from; nothing at its end."""
    ordered = list(Outcome.objects.select_for_update().order_by("position", "label"))
    at = next(place for place, other in enumerate(ordered) if other.pk == outcome.pk)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(ordered):
        return
    ordered[at], ordered[to] = ordered[to], ordered[at]
    for position, other in enumerate(ordered, start=1):
        other.position = position
    Outcome.objects.bulk_update(ordered, ["position"])
    publish(SettingChanged(kind="outcome", row_id=outcome.pk, verb="moved"), actor=actor)


@transaction.atomic
def add_tag_word(*, label: str, is_active: bool = True, actor: Actor) -> Tag:
    """A new tag; refused when its label is there."""
    _require_free_label(Tag, label)
    tag = Tag.objects.create(label=label, is_active=is_active)
    publish(SettingChanged(kind="tag", row_id=tag.pk, verb="created"), actor=actor)
    return tag


@transaction.atomic
def change_tag(tag: Tag, *, label: str, is_active: bool, actor: Actor) -> Tag:
    """Cases that carry it show the new label."""
    return _change(tag, label, is_active, "tag", actor)


def _change(word, label: str, is_active: bool, kind: str, actor: Actor):
    _require_free_label(type(word), label, besides=word)
    word.label, word.is_active = label, is_active
    word.save(update_fields=["label", "is_active"])
    publish(SettingChanged(kind=kind, row_id=word.pk), actor=actor)
    return word


def _require_free_label(model, label: str, besides=None) -> None:
    if model.objects.filter(label__iexact=label).exclude(pk=besides and besides.pk).exists():
        raise Refusal(_("“%(label)s” is in the list already.") % {"label": label})
