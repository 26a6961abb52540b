"""What a message holds besides words, drawn below them: a meeting as a card, a signature or an encryption in a line,
what was covered in a line of a chat.

Only the few messages that hold such a thing are drawn here. Every text passes through `escape`.
"""

from datetime import date, datetime, timedelta
from html import escape

from django.urls import reverse
from django.utils.timezone import is_naive, localtime
from django.utils.translation import gettext as _

from ancora.conversations.chats.hiding import HIDDEN
from ancora.conversations.models import Message
from ancora.platform.addresses import compared_address, shown_address
from ancora.platform.text.masking import Sensitive
from ancora.platform.ui.dates import spoken
from ancora.platform.ui.templatetags.ui import icon

DAY = "l j F Y"


def enclosed(message: Message) -> str:
    """The card of a meeting and the line about signature or encryption, as HTML."""
    found = message.enclosed
    drawn = security(message, found["security"]) if "security" in found else ""
    if HIDDEN in found:
        drawn += hidden(found[HIDDEN])
    return drawn + (invitation(found["invitation"]) if "invitation" in found else "")


def is_sealed(message: Message) -> bool:
    """Whether its words cannot be read here."""
    return message.enclosed.get("security", {}).get("state") == "encrypted"


def kind_of(message: Message) -> str:
    """What an automatic mail is, in a word or two."""
    words = {
        "out_of_office": _("out of office"),
        "read_receipt": _("read receipt"),
        "calendar_reply": _("calendar answer"),
        "feedback_report": _("complaint"),
    }
    return words.get(message.enclosed.get("kind", ""), _("mailing list") if message.auto == "list" else _("automatic"))


def security(message: Message, state: dict) -> str:
    if state["state"] == "encrypted":
        return _line("lock", "warn", _sealed(message, state))
    words, tone, sign = _signed(message, state)
    if not state.get("whole", True):
        words = " ".join([words, _("Only a part of this mail is signed.")])
        tone, sign = "warn", "alert-triangle"
    return _line(sign, tone, escape(words))


def _sealed(message: Message, state: dict) -> str:
    by = {"smime": "S/MIME", "pgp": "PGP"}.get(state["by"], "")
    what = _("Encrypted with %(kind)s") if state.get("whole", True) else _("A part is encrypted with %(kind)s")
    advice = _("there is no key here to read it. Open the original in your mail program, or ask for it unencrypted.")
    link = f'<a href="{reverse("desk:original", args=[message.pk])}" download>{escape(_("Original mail"))}</a>'
    return f"{escape(what % {'kind': by})}: {escape(advice)} {link}"


def _signed(message: Message, state: dict) -> tuple[str, str, str]:
    """Words that claim no more than was checked, with their tone and icon."""
    signer = state.get("signer") or ""
    if state["signature"] == "broken":
        return _("The signature does not fit: the mail was changed after it was signed."), "bad", "alert-triangle"
    if state["signature"] != "fits":
        if state["by"] == "pgp":
            return _("Signed with PGP; the signature was not checked."), "", "key"
        return _("Signed with S/MIME; the signature could not be checked."), "", "key"
    named = {"who": shown_address(signer) or state.get("signer_name") or "?"}
    if signer and compared_address(signer) != compared_address(message.from_address):
        words = _(
            "Signed by %(who)s, who is not the sender. The signature fits; who issued the certificate was not checked."
        )
        return words % named, "warn", "alert-triangle"
    words = _("Signed by %(who)s. The signature fits; who issued the certificate was not checked.")
    return words % named, "", "shield-check"


def _line(sign: str, tone: str, words: str) -> str:
    return f'<p class="security{" " + tone if tone else ""}">{icon(sign)}<span>{words}</span></p>'


def hidden(kinds: list[str]) -> str:
    """What was covered because nobody knows who wrote it: whoever needs the number asks for it where that is known."""
    words = {
        Sensitive.CARD: _("A card number was hidden: who writes here is not verified."),
        Sensitive.IBAN: _("The number of a bank account was hidden: who writes here is not verified."),
        Sensitive.TAX: _("A tax number was hidden: who writes here is not verified."),
        Sensitive.PHONE: _("A telephone number was hidden: others can read it here."),
    }
    return "".join(_line("lock", "", escape(words[kind])) for kind in kinds if kind in words)


def invitation(meeting: dict) -> str:
    """A card: what it is, when in the reader's zone, where, and who asks."""
    title, rows = _title(meeting), []
    if when := _when(meeting):
        repeats = escape(_("repeats"))
        rows.append((_("When"), f"{when} · {repeats}" if meeting.get("repeats") else when))
    if meeting["place"]:
        rows.append((_("Where"), escape(meeting["place"])))
    if organiser := meeting["organiser"]:
        who = organiser["name"] or shown_address(organiser["address"])
        rows.append((_("Organiser"), f'<span title="{escape(organiser["address"])}">{escape(who)}</span>'))
    drawn = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in rows)
    what = meeting["summary"] or _("(no title)")
    is_off = meeting["method"] == "cancel" or meeting["status"] == "cancelled"
    return (
        f'<section class="invitation{" off" if is_off else ""}" aria-label="{escape(title)}"><p class="meta">'
        f'{icon("calendar")}{escape(title)}</p><p class="what">{escape(what)}</p>'
        f"<dl>{drawn}</dl></section>"
    )


def _title(meeting: dict) -> str:
    if meeting["method"] == "reply":
        return {
            "accepted": _("Accepts the invitation"),
            "declined": _("Declines the invitation"),
            "tentative": _("May come"),
        }.get(meeting["answer"], _("Answers the invitation"))
    if meeting["method"] == "cancel" or meeting["status"] == "cancelled":
        return _("Cancelled meeting")
    return {"counter": _("Proposes another time"), "publish": _("Calendar entry")}.get(
        meeting["method"], _("Invitation")
    )


def _when(meeting: dict) -> str:
    """The days or the moments in words; a moment without a zone is meant where the reader is."""
    start, end = _read(meeting["start"]), _read(meeting["end"])
    if start is None:
        return ""
    if not isinstance(start, datetime):
        days = spoken(start, DAY) if end in (None, start) else f"{spoken(start, DAY)} – {spoken(end, DAY)}"
        return f'<time datetime="{start.isoformat()}">{escape(days)}</time>'
    start, end = _here(start), _here(end) if isinstance(end, datetime) else None
    words = f"{spoken(start.date(), DAY)}, {start:%H:%M}"
    if end is not None and end > start:
        is_same_day = end.date() == start.date() or end - start < timedelta(hours=12)
        words += f"–{end:%H:%M}" if is_same_day else f" – {spoken(end.date(), DAY)}, {end:%H:%M}"
    return f'<time datetime="{start.isoformat(timespec="minutes")}">{escape(words)}</time>'


def _read(value: str | None) -> datetime | date | None:
    if not value:
        return None
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _here(moment: datetime) -> datetime:
    return moment if is_naive(moment) else localtime(moment)
