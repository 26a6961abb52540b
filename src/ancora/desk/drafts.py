"""From a composer in the browser to a draft that is kept here, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from ancora.cases.commands import Written
from ancora.cases.models import Case, Draft
from ancora.cases.queries import draft_in
from ancora.cases.sharing.queries import pen_of, shared_draft_in
from ancora.conversations.channels.email.writing import plain_text
from ancora.conversations.models import DraftFile
from ancora.conversations.queries import draft_files
from ancora.desk.composing import Composer, composer_again, composer_for, fresh_composer
from ancora.desk.enclosing import shown_keys
from ancora.platform import clock

# One line of addresses, as long as a hundred of them are.
MOST_LETTERS = {"text": 500_000, "to": 40_000, "cc": 40_000, "bcc": 40_000, "subject": 300}
FIELDS = (
    "kind",
    "to",
    "cc",
    "bcc",
    "subject",
    "text",
    "format",
    "sender",
    "unsigned",
    "answers",
    "seen",
    "as_of",
    "then",
)


def undo_until(viewer) -> datetime | None:
    """Until when what the viewer sends now can be taken back; None: it leaves at once."""
    return clock.now() + timedelta(seconds=viewer.undo_seconds) if viewer.undo_seconds else None


def written_in(given: QueryDict, *, kept: Iterable[DraftFile] | None = None) -> Written:
    """What a form holds, as it was typed. `kept`: its files, where the browser sent some along."""
    fields = {name: given.get(name, "")[: MOST_LETTERS.get(name, 320)] for name in FIELDS}
    fields["enclosed"] = [one for one in given.getlist("enclosed") if one.isdecimal()]
    fields |= {name: [one[:64] for one in given.getlist(name)[:50]] for name in ("change", "macro")}
    keys = [one.key for one in kept] if kept is not None else _keys(given.getlist("kept"))
    fields["kept"] = [str(key) for key in keys]
    pictures = shown_keys(fields["text"])
    mode, draft, version = given.get("mode", "")[:64], _number(given, "draft", 0), _number(given, "version", 0)
    form_key = given.get("form_key", "")[:36] if fields["kind"] == "mail" else ""
    return Written(fields, tuple(dict.fromkeys([*keys, *pictures])), mode, draft, version, form_key)


def composer_of(viewer, case: Case, draft: Draft, *, way: str = "") -> Composer:
    """The composer as its author left it, or by another `way` (its mode) with the same text. Where the message it was
    about is elsewhere by now, the text is kept."""
    try:
        start = composer_for(viewer, case, QueryDict(way or draft.mode))
    except Http404:
        start = fresh_composer(viewer, case)
    given = as_typed(draft)
    # What was begun in a chat names neither sender nor recipients.
    names_nobody = not any(given.get(name) for name in ("sender", "to", "cc", "bcc"))
    is_same = start.mode == draft.mode and not (start.senders and names_nobody)
    kind = "note" if given.get("kind") == "note" else start.kind
    if start.chat and given.get("format") == "html":
        # It was a mail.
        given["text"], given["format"] = plain_text(given["text"]), "plain"
    if not is_same:
        for name in ("to", "cc"):
            given[name] = getattr(start, name)
    again = composer_again(start, given, kind=kind, error="", kept=kept_of(draft), stop=None)
    if is_same:
        known = {name: _number(given, name, getattr(start, name)) for name in ("answers", "seen", "as_of")}
        again = replace(again, **known)
    if reason := draft.written.get("called_off"):
        again = replace(again, error=_called_off_words(reason))
    if start.senders and again.chosen is None:
        # A colleague's address, as whom the viewer may not write.
        again = replace(again, sender=start.sender)
    shared = draft.pk if draft.author_id != viewer.pk else 0
    return replace(again, shared=shared, **_standing(viewer, draft))


def _standing(viewer, draft: Draft) -> dict:
    return {"version": draft.version, "saved_at": draft.saved_at, "pen": pen_of(viewer, draft)}


def _called_off_words(reason: str) -> str:
    match reason:
        case "trash":
            return _("This was not sent at its moment, because the case was in the trash. It is a draft again.")
        case "spam":
            return _("This was not sent at its moment, because the case was in spam. It is a draft again.")
        case _:
            return _("This was not sent at its moment, because an answer came. It is a draft again.")


def usual_composer(viewer, case: Case, *, shared: int = 0, way: str = "") -> Composer:
    """What the viewer left in the case, else an empty composer; or the colleague's draft with the id `shared`, as long
    as it is shared with the viewer. `way`: `by=mail` or `by=chat`, where one of them is asked for."""
    draft = (shared and shared_draft_in(viewer, case, shared)) or draft_in(viewer, case)
    return composer_of(viewer, case, draft, way=way) if draft else composer_for(viewer, case, QueryDict(way))


def another_composer(viewer, case: Case, asked: Mapping[str, str]) -> Composer:
    """The composer that was `asked` for, to which the browser brings what was typed: it is still the same draft, unless
    a colleague writes in it just now."""
    draft, composer = draft_in(viewer, case), composer_for(viewer, case, asked)
    if draft is None:
        return composer
    composer = replace(composer, **_standing(viewer, draft))
    return composer_of(viewer, case, draft) if composer.is_read else composer


def kept_of(draft: Draft) -> list[DraftFile]:
    """The files that stand beside its text."""
    keys = _keys(draft.written.get("kept", []))
    return draft_files(draft.writer or draft.author, keys) if keys else []


def as_typed(draft: Draft) -> QueryDict:
    """Its fields, as a browser would send them."""
    given = QueryDict(mutable=True)
    for name, value in draft.written.items():
        given.setlist(name, value if isinstance(value, list) else [value])
    return given


def _keys(values: Iterable[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found[:100]


def _number(given: QueryDict, name: str, otherwise: int | None) -> int | None:
    value = given.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 19 else otherwise
