"""A draft as somebody reads it who does not write it now, and what differs from what they typed."""

import re
from datetime import datetime
from typing import NamedTuple

from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ancora.cases.models import Case, Draft
from ancora.cases.sharing.holding import WrittenElsewhere
from ancora.cases.sharing.queries import may_take
from ancora.conversations.channels.email.writing import plain_text, safe_html
from ancora.desk.enclosing import shown_keys
from ancora.desk.prose import paragraphs
from ancora.desk.sharing.differences import Piece, differences
from ancora.platform.ui.dates import spoken

_PLACE = re.compile(r'\bsrc="[^"]*/drafts/files/([0-9a-f-]{36})/"')
_NAMED = re.compile(r'\bsrc="cid:([0-9a-f-]{36})"')


class Line(NamedTuple):
    """A field beside the text whose two versions differ."""

    label: str
    saved: str
    typed: str


def key_of(case: Case, shared: int = 0) -> str:
    """By which name a browser knows a composer: the case's number, with the id of a colleague's draft."""
    return f"{case.reference}-{shared}" if shared else str(case.reference)


def shown_text(text: str, *, is_html: bool) -> SafeString:
    """What somebody typed, fit to be shown to others: nothing but what the editor makes, with its pictures."""
    if not is_html:
        return paragraphs(text)
    keys = [str(key) for key in shown_keys(text)]
    clean = safe_html(_PLACE.sub(r'src="cid:\1"', text), pictures=keys)
    return mark_safe(_NAMED.sub(r'src="/drafts/files/\1/"', clean))  # noqa: S308


def moment(at: datetime) -> str:
    """The time of today, or the day with it."""
    here = localtime(at)
    return spoken(at, "H:i" if here.date() == localtime().date() else "j F, H:i")


def drawn_conflict(request, refusal: WrittenElsewhere) -> str:
    """Why nothing was saved, what stands there now beside what was typed, and the two ways on."""
    draft, given = refusal.draft, request.POST
    context = {
        "complaint": str(refusal),
        "draft": draft,
        "pieces": _pieces(draft, given),
        "lines": _lines(draft, given),
        "may_take": draft.writer_id is None or may_take(draft, request.user),
        "query": f"draft=1&shared={draft.pk}" if draft.author_id != request.user.pk else "draft=1",
        "reference": draft.case.merged_into.reference if draft.case.merged_into_id else draft.case.reference,
    }
    return render_to_string("desk/sharing/conflict.html", context, request=request)


def drawn_refusal(request, refusal) -> str:
    return render_to_string("desk/complaint.html", {"complaint": conditional_escape(refusal)}, request=request)


def _pieces(draft: Draft, given) -> list[Piece]:
    return differences(_plain(draft.written), _plain(given))


def _lines(draft: Draft, given) -> list[Line]:
    labels = {"to": _("To"), "cc": _("Cc"), "bcc": _("Bcc")}
    both = ((label, draft.written.get(name, ""), given.get(name, "")) for name, label in labels.items())
    return [Line(*one) for one in both if one[1].strip() != one[2].strip()]


def _plain(written) -> str:
    text = written.get("text", "")
    return plain_text(text) if written.get("format") == "html" else text
