"""What a push says, in the language of its person."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.cases.notifications.links import path_to, place_of
from ancora.cases.notifications.models import Kind, Notification, what_became_of
from ancora.cases.notifications.wording import words_of
from ancora.conversations.events import PARTLY

_MOST_LETTERS = 180


def tag_of(told: Notification) -> str:
    """What comes later of the same case takes the place of what came before."""
    return f"case-{told.case.reference}"


def content_of(told: Notification, *, count: int, shows_words: bool) -> dict[str, str]:
    """What the browser is given to show: `count` pieces of news of which this is the latest. Who and what only where
    words are shown; else the kind and the number of the case."""
    shown = {"tag": tag_of(told), "path": path_to(*place_of(told))}
    if not shows_words:
        return {**shown, "title": _plain(told, count), "body": ""}
    lines = [f"{told.case} {told.case.subject or _('(no subject)')}"]
    if count > 1:
        lines.append(ngettext("and %(count)s more", "and %(count)s more", count - 1) % {"count": count - 1})
    return {**shown, "title": _short(words_of(told)), "body": "\n".join(_short(line) for line in lines)}


def _plain(told: Notification, count: int) -> str:
    case = {"case": told.case}
    if count > 1:
        return ngettext("%(count)s news on case %(case)s", "%(count)s news on case %(case)s", count) % {
            "count": count,
            **case,
        }
    match told.kind:
        case Kind.ASSIGNED:
            return _("Case %(case)s is yours now") % case
        case Kind.MENTIONED:
            return _("New mention on case %(case)s") % case
        case Kind.RULE_PAUSED:
            return _("A rule is paused")
        case Kind.SHARED | Kind.DRAFTED:
            return _("News of a draft on case %(case)s") % case
        case Kind.ESCALATED:
            return _("Case %(case)s waits for an owner") % case
        case Kind.TASKED | Kind.TASK_NEWS:
            return _("News of a task on case %(case)s") % case
        case Kind.WOKEN:
            return _("Case %(case)s is back") % case
        case Kind.UNSENT if what_became_of(told) == PARTLY:
            return _("A message on case %(case)s did not go to everybody") % case
        case Kind.UNSENT:
            return _("A message on case %(case)s was not sent") % case
        case _ if told.message_id:
            return _("New message on case %(case)s") % case
        case _:
            return _("New note on case %(case)s") % case


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1] + "…"
