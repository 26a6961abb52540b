"""The changes of a rule, made and in words: those that macros and bulk changes know."""

from collections.abc import Iterable
from uuid import NAMESPACE_OID, uuid5

from django.utils.html import escape
from django.utils.translation import gettext as _

from ancora.cases.bulk.wanted import DEEDS
from ancora.cases.events import NoteAdded
from ancora.cases.macros.changes import Change, in_order
from ancora.cases.macros.naming import named
from ancora.cases.macros.using import make_changes
from ancora.cases.models import Case, Note, TaskPlan
from ancora.cases.rules.models import Rule
from ancora.cases.tasks.plans import require_plan
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.publishing import publish

# Among the changes of a run: that a note was written.
NOTED = "noted"


def make(case: Case, rule: Rule, *, cause: int) -> list[str]:
    """All changes of the rule and its note, or a refusal that says what is not possible; a task once for a cause, also
    when the case was merged meanwhile. Gives the codes of what was not so before."""
    codes, actor, done = list(rule.changes), rule.actor, []
    # An event is one in all cases, a second from which time counts is not.
    key = uuid5(NAMESPACE_OID, f"rule {rule.pk} {cause} {case.pk if cause < 0 else ''}")
    for change in in_order(_changes_in(codes)):
        version = case.version
        given = make_changes(case, [change], actor=actor, form_key=key)
        if given or case.version != version:
            done.append(change.code)
    for code in codes:
        if code in DEEDS:
            version = case.version
            DEEDS[code][0](case, actor=actor)
            done += [code] if case.version != version else []
    if rule.note:
        _add_note(case, rule)
        done.append(NOTED)
    return done


def _add_note(case: Case, rule: Rule) -> None:
    parts = (escape(line) for line in rule.note.splitlines() if line.strip())
    html = "".join(f"<p>{part}</p>" for part in parts)
    note = Note.objects.create(case=case, rule=rule, html=html, text=rule.note, written_at=clock.now())
    publish(NoteAdded(case_id=case.pk, note_id=note.pk), actor=rule.actor)


def require_changes(codes: Iterable[str]) -> None:
    """Refuses what is no change, changes of which one excludes another, and an owner "me": a rule is nobody."""
    codes, slots = list(codes), []
    for code in codes:
        change = None if code in DEEDS else Change.read(code)
        is_known = code in DEEDS or (change and change.kind != "untask")
        if not is_known or code == "owner-me":
            raise Refusal(_("That choice is no longer offered. Open the page again."))
        slots.append(change.slot if change else "status")
    if len(set(slots)) < len(slots):
        raise Refusal(_("Two of these changes exclude each other. Choose one of them."))


def require_tasks(codes: Iterable[str]) -> None:
    """Refuses a task that nobody would get now."""
    ids = [change.pk for change in _changes_in(codes) if change.kind == "task"]
    plans = TaskPlan.objects.select_related("person", "team", "third_party").in_bulk(ids) if ids else {}
    for pk in ids:
        if pk not in plans:
            raise Refusal(_("That choice is no longer offered. Open the page again."))
        require_plan(plans[pk], is_of_rule=True)


def task_of(rule: Rule) -> TaskPlan | None:
    """The task that the rule gives."""
    ids = [change.pk for change in _changes_in(rule.changes) if change.kind == "task"]
    return TaskPlan.objects.select_related("person", "team", "third_party").filter(pk__in=ids).first()


def in_words(every: Iterable[Iterable[str]]) -> list[list[str]]:
    """Each list of codes as people read it; as many queries for many."""
    every = [list(codes) for codes in every]
    known = {change for codes in every for change in _changes_in(codes)}
    words = {one.code: one.words for one in named(known)}
    words |= {"open-again": _("Reopen"), "team-none": _("Team: none"), NOTED: _("Note added")}
    owners = [change.pk for change in known if change.kind == "owner" and change.pk]
    if owners:
        people = User.objects.in_bulk(owners)
        words |= {f"owner-{pk}": _("Owner: %(name)s") % {"name": one} for pk, one in people.items()}
    words |= {code: str(label) for code, (_command, label) in DEEDS.items()}
    return [[words.get(code, code) for code in codes] for codes in every]


def _changes_in(codes: Iterable[str]) -> list[Change]:
    return [change for code in codes if code not in DEEDS and (change := Change.read(code))]
