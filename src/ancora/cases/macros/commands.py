"""Writing macros: made, changed, deleted by those whose they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.macros.models import Macro, MacroTag, Owning
from ancora.cases.macros.placeholders import unknown_in
from ancora.cases.macros.queries import may_edit
from ancora.cases.models import Outcome, Priority, Tag, WaitingOn
from ancora.cases.tasks.models import TaskPlan
from ancora.cases.tasks.plans import kept, require_plan, unknown_words
from ancora.conversations.channels.email.compose import plain_text, safe_html
from ancora.parties.models import Team
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time

MOST_LETTERS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A macro as somebody wants it. texts: HTML by language, made safe when it is saved · owner, team: whose it is,
    everybody's without either · the rest: what it changes."""

    name: str
    texts: Mapping[str, str]
    owner: User | None = None
    team: Team | None = None
    is_active: bool = True
    waiting_on: str = ""
    outcome: Outcome | None = None
    to_team: Team | None = None
    owning: str = ""
    priority: int | None = None
    added: Collection[Tag] = ()
    removed: Collection[Tag] = ()
    task: TaskPlan | None = None


@transaction.atomic
def create_macro(draft: Draft, *, author: User, form_key: UUID | None = None) -> Macro:
    """A new macro; the same `form_key` gives the one of the first time. Refused without text and change, with an
    unknown placeholder, and for whom the author may not write."""
    one_at_a_time(form_key)
    if form_key and (known := Macro.objects.filter(form_key=form_key).first()):
        return known
    return _write(Macro(form_key=form_key), draft, author, "created")


@transaction.atomic
def change_macro(macro: Macro, draft: Draft, *, author: User) -> Macro:
    """As `create_macro`, for one that is there. What was sent with it stays as it is."""
    macro = _locked(macro)
    _require_right(author, macro)
    return _write(macro, draft, author, "changed")


@transaction.atomic
def delete_macro(macro: Macro, *, author: User) -> None:
    """Gone for good, with the count of its uses; nothing that was sent with it changes."""
    macro = _locked(macro)
    _require_right(author, macro)
    pk = macro.pk
    macro.delete()
    publish(SettingChanged(kind="macro", row_id=pk, verb="deleted"), actor=Actor.human(author))


def _write(macro: Macro, draft: Draft, author: User, verb: str) -> Macro:
    macro.name = " ".join(draft.name.split())[:80]
    macro.texts = {language: html for language, text in draft.texts.items() if (html := _safe(text))}
    macro.owner, macro.team, macro.is_active = draft.owner, draft.team, draft.is_active
    macro.waiting_on, macro.outcome, macro.to_team = draft.waiting_on, draft.outcome, draft.to_team
    macro.owning, macro.priority = draft.owning, draft.priority
    _check(macro, draft)
    _require_right(author, macro)
    macro.task = draft.task and kept(draft.task)
    macro.save()
    MacroTag.objects.filter(macro=macro).delete()
    wanted = [(tag, True) for tag in draft.added] + [(tag, False) for tag in draft.removed]
    MacroTag.objects.bulk_create(MacroTag(macro=macro, tag=tag, is_added=is_added) for tag, is_added in wanted)
    publish(SettingChanged(kind="macro", row_id=macro.pk, verb=verb), actor=Actor.human(author))
    return macro


def _check(macro: Macro, draft: Draft) -> None:
    if not macro.name:
        raise Refusal(_("Give the macro a name."))
    unknown = list(dict.fromkeys(one for html in macro.texts.values() for one in unknown_in(html)))
    if unknown:
        raise Refusal(unknown_words(unknown))
    if macro.owner and macro.team:
        raise Refusal(_("A macro belongs to one person, or to one team, or to everybody."))
    if macro.waiting_on and macro.outcome:
        raise Refusal(_("A case waits, or it is resolved. Choose one."))
    if set(draft.added) & set(draft.removed):
        raise Refusal(_("A tag is added, or taken away. Choose one."))
    is_known = (
        macro.waiting_on in ("", *WaitingOn.values)
        and macro.owning in ("", *Owning.values)
        and macro.priority in (None, *Priority.values)
    )
    if not is_known:
        raise Refusal(_("That choice is no longer offered. Open the page again."))
    if draft.task:
        require_plan(draft.task, is_used=macro.is_active)
    single = (macro.waiting_on, macro.outcome, macro.to_team, macro.owning, macro.priority, draft.task)
    changes = (*single, draft.added, draft.removed)
    if not macro.has_text and not any(changes):
        raise Refusal(_("A macro needs a text, or something that it changes."))


def _safe(html: str) -> str:
    if len(html) > MOST_LETTERS:
        raise Refusal(_("The text is too long."))
    clean = safe_html(html)
    return clean if plain_text(clean).strip() else ""


def _require_right(author: User, macro: Macro) -> None:
    if not may_edit(author, macro):
        raise Refusal(_("Macros of everybody and of a team are changed by leads. Make it your own instead."))


def _locked(macro: Macro) -> Macro:
    found = Macro.objects.select_for_update().filter(pk=macro.pk).first()
    if found is None:
        raise Refusal(_("Somebody has deleted this macro."))
    return found
