"""What a page shows dozens of times, as HTML: rows of a list, entries of a timeline, a customer's other cases.

Drawn in Python because there it costs a quarter of what a template costs; everything else is a template. Every text
passes through `escape`, except HTML of our own people, which the commands made safe when it was written.
"""

from html import escape

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ancora.cases.models import Case, Priority, Status, WaitingOn
from ancora.cases.queries import Change, Entry, Hit, OtherCase
from ancora.cases.service_levels.reading import shown_version
from ancora.conversations.attached import PICTURES, shown_name
from ancora.conversations.chats.desk_queries import lines_of
from ancora.conversations.enclosed import SECURITY_WARNINGS
from ancora.conversations.mailbox_state import paused_for_sending
from ancora.conversations.models import ChatLine, OutgoingState
from ancora.conversations.remote_images import is_believable
from ancora.conversations.ways_back import READ, ways_of
from ancora.desk.chats.drawing import line_sign, line_state
from ancora.desk.clocks import soonest_of
from ancora.desk.damage import in_words
from ancora.desk.designed import with_own_pictures
from ancora.desk.doubts import answers_to, warnings_of
from ancora.desk.enclosures import enclosed, is_sealed, kind_of
from ancora.desk.folded import held
from ancora.desk.holding import MOST_COUNTED, held_words, later_words, seconds_left
from ancora.desk.marks import WORDS, is_dangerous, mark_of_file
from ancora.desk.prose import marked, paragraphs
from ancora.desk.sizes import spoken_size
from ancora.platform.addresses import shown_address
from ancora.platform.ui.templatetags.ui import icon, when

_SIGNS = {"queued": "clock", "sending": "send", "accepted": "check", "delivered": "check"}
_WAYS = {"email": "mail", "chat": "chat"}
_UNREACHED = ("failed", "bounced", "unknown")
WEIGHTS = {1: "", 3: " warn", 4: " bad"}


class Rows:
    """Draws rows; what is the same for all is looked up once."""

    def __init__(
        self, query: str, *, is_update: bool = False, names_open: bool = False, drafted=frozenset(),
        picks: bool = False, place=None,
    ):  # fmt: skip
        """`place`: where a case stands in the order of the list, see `lists.places`."""
        self._place = place or (lambda case: int(case.last_message_at.timestamp()))
        self._query = "?" + escape(query) if query else ""
        self._names_open = names_open
        self._pick = escape(_("Choose #%(number)s")) if picks else ""
        self._swap = ' hx-swap-oob="true"' if is_update else ""
        self._no_subject, self._waits = _("(no subject)"), _("waits:")
        self._priorities = {value: str(label) for value, label in Priority.choices}
        self._statuses = {value: str(label) for value, label in Status.choices}
        self._whom = {value: str(label) for value, label in WaitingOn.choices}
        self._drafted = drafted
        self._draft = f'<span class="tag draft">{escape(_("draft"))}</span>'
        self._example = f'<span class="tag">{escape(_("example"))}</span>'

    def draw(self, case: Case, excerpt: str = "") -> str:
        """`excerpt` is HTML to show instead of the case's own beginning."""
        pk, reference, at = case.pk, case.reference, case.last_message_at
        return (
            f'<li id="case-{pk}" data-seen="{pk}.{shown_version(case)}.{self._place(case)}"{self._swap}>'
            f'{self._box(case)}<a class="row" id="row-{reference}" href="/cases/{reference}/{self._query}">'
            f'<span class="subject" dir="auto">{escape(case.subject or self._no_subject)}</span>{when(at)}'
            f'<span class="excerpt" dir="auto">{excerpt or escape(case.excerpt)}</span>'
            f'<span class="facts">{self._state(case)}<span class="cut"><span class="num">#{reference}</span> · '
            f"<bdi>{escape(case.customer.name)}</bdi></span>"
            f"{self._tags(case)}{self._owner(case)}</span></a></li>\n"
        )

    def _box(self, case: Case) -> str:
        if not self._pick:
            return ""
        words = self._pick % {"number": case.reference}
        box = f'<input type="checkbox" value="{case.pk}" aria-label="{words}">'
        return f'<label class="pick" title="{words}">{box}</label>'

    def _state(self, case: Case) -> str:
        drawn = (self._example if case.is_example else "") + soonest_of(case)
        if case.pk in self._drafted:
            drawn += self._draft
        if case.priority != Priority.NORMAL:
            drawn += f'<span class="tag{WEIGHTS[case.priority]}">{self._priorities[case.priority]}</span>'
        if case.status == Status.WAITING:
            until = f" · {when(case.waits_until)}" if case.waits_until else ""
            return f'{drawn}<span class="tag standing">{self._waits} {self._whom[case.waiting_on]}{until}</span>'
        if case.status == Status.OPEN and not self._names_open:
            return drawn
        return f'{drawn}<span class="tag standing">{self._statuses[case.status]}</span>'

    @staticmethod
    def _tags(case: Case) -> str:
        """The first label whole, the others as a number: half a word says nothing."""
        if not (labels := case.tag_labels):
            return ""
        rest = f'<span class="tag" title="{escape(", ".join(labels[1:]))}">+{len(labels) - 1}</span>'
        return f'<span class="tag sea" dir="auto">{escape(labels[0])}</span>{rest if len(labels) > 1 else ""}'

    @staticmethod
    def _owner(case: Case) -> str:
        owner = case.owner
        return f'<span class="avatar" title="{escape(owner.name)}">{escape(owner.initials)}</span>' if owner else ""


def hits(found: list[Hit], *, picks: bool = False) -> SafeString:
    """Rows of what a search found, each with its status and the words that were found."""
    drawer = Rows("", names_open=True, picks=picks)
    return mark_safe("".join(drawer.draw(hit.case, marked(hit.excerpt)) for hit in found))  # noqa: S308


class Entries:
    """Draws a timeline for one viewer; what is the same for all entries is looked up once."""

    def __init__(self, viewer, ways: dict[int, str] | None = None, lines: dict[int, ChatLine] | None = None):
        """`ways`: by which channel each message came or went, where not all are mails; `lines`: those of a chat."""
        self._lines = lines or {}
        self._viewer, self._ways = viewer, ways or {}
        self._paused_ids: frozenset[int] | None = None
        self._clip, self._dots, self._sheet, self._sign = (
            icon(name) for name in ("paperclip", "more", "note", "alert-triangle")
        )
        self._states = {value: str(label) for value, label in OutgoingState.choices}
        self._more = escape(_("More about this message"))
        self._designed, self._note = _("show as designed"), _("note")
        self._whisper = escape(_("whisper: the visitor does not see it"))
        self._chat_began = min((line.at for line in self._lines.values()), default=None)
        self._read = _("read")
        self._partly, self._passed_on = _("sent, but not to everybody"), escape(_("forwarded message"))
        self._beside_words, self._to_task = escape(_("third party")), escape(_("Open the task"))
        self._kept = escape(_("not sent: this is an example"))
        self._answers, self._back = _("Answers go to %(address)s"), icon("reply")
        self._rest = {
            (False, True): escape(_("quoted text")),
            (True, False): escape(_("signature")),
            (True, True): escape(_("signature and quoted text")),
        }

    def draw(self, entry: Entry, number: int) -> str:
        if entry.kind == "message":
            return self._message(entry)
        if entry.kind == "note":
            return self._note_of(entry)
        return (
            f'<p class="change" id="c-{int(entry.at.timestamp())}-{number}"><span>{self._words(entry.change)} '
            f'<span class="meta">· <bdi>{escape(entry.who)}</bdi> · {when(entry.at)}{self._way_back(entry.change)}'
            "</span></span></p>\n"
        )

    def _way_back(self, change: Change) -> str:
        if change.split and self._viewer.is_agent:
            return f' · <a href="/splits/{change.split}/">{escape(_("Undo the split"))}</a>'
        if change.answer:
            words = escape(_("Who got it"))
            return f' · <a href="/answers/{change.answer}/">{words}</a>'
        if change.merge is None or not self._viewer.is_agent:
            return ""
        return f' · <a href="/merges/{change.merge}/">{escape(_("Undo the merge"))}</a>'

    @staticmethod
    def _words(change: Change) -> str:
        """The number of another case leads to it."""
        words, number = str(escape(change.text)), f"#{change.reference}"
        link = f'<a href="/cases/{change.reference}/">{number}</a>'
        return words.replace(number, link) if change.reference else words

    def _message(self, entry: Entry) -> str:
        message, sending, state = entry.message, "", ""
        outgoing = getattr(message, "outgoing", None) if entry.ours else None
        is_said = message.channel == "chat" and message.pk in self._lines
        if outgoing is not None and not is_said:
            state = f' data-state="{outgoing.state}"'
            sending = self._sending(message, outgoing)
        elif entry.ours and is_said:
            how = line_state(self._lines[message.pk])
            state, sending = f' data-state="{how}"', line_sign(how)
        elif entry.ours:
            # Nothing of ours is without a way out, but what was written in an example.
            sending = f'<span class="sending kept">{self._sheet}{self._kept}</span>'
        beside = " beside" if entry.task else ""
        return (
            f'<article class="message{" ours" if entry.ours else ""}{beside}" id="m-{message.pk}"'
            f"{state}{self._number(message)}>"
            f'<span class="avatar{"" if entry.ours else " customer"}" aria-hidden="true">'
            f"{escape(entry.initials)}</span>"
            f'<div><header><bdi class="who">{escape(entry.who)}</bdi> <span class="meta">{when(entry.at)}'
            f"{self._origin(entry)}</span>{sending}"
            f"{self._handle(entry)}</header>"
            f"{self._answers_to(entry)}{self._doubt(entry)}"
            f'<div class="body" dir="auto">{self._text(entry)}</div>'
            f"{enclosed(message) if message.enclosed else ''}{self._folded(entry)}"
            f"{self._files(self._beside(entry), '/attachments/', has_strange=not entry.ours, is_said=is_said)}"
            f"{self._warnings(message)}</div></article>\n"
        )

    def _number(self, message) -> str:
        line = self._lines.get(message.pk)
        return f' data-line="{line.conversation_id}-{line.number}"' if line else ""

    def _handle(self, entry: Entry) -> str:
        """What can be done with it; in a side thread only the task can."""
        if entry.task:
            return (
                f'<span class="tag warn">{self._beside_words}</span>'
                f'<a class="to-task" href="/tasks/{entry.task.pk}/">{self._to_task}</a>'
            )
        return (
            '<button class="button quiet round small dots" type="button" popovertarget="menu-message"'
            f' data-about="/messages/{entry.message.pk}/" aria-label="{self._more}">{self._dots}</button>'
        )

    def _sending(self, message, outgoing) -> str:
        """How far it came; with the reason and what to do where not all is well."""
        state, label = outgoing.state, self._states[outgoing.state]
        unreached = [one for one in outgoing.recipients.all() if one.state in _UNREACHED]
        if unreached and state == "accepted":
            state, label = "partly", self._partly
        if state == "delivered" and any(one.answer == READ for one in outgoing.recipients.all()):
            label = self._read
        sign = icon(_SIGNS.get(state, "alert-triangle"))
        drawn = f'<span class="sending {state}">{sign}{label}</span>'
        is_paused = state == "queued" and outgoing.account_id is None and outgoing.mailbox_id in self._paused()
        if seconds := seconds_left(outgoing):
            return self._held(message, seconds)
        if not unreached and outgoing.waits_for in ("", "moment") and not is_paused:
            return drawn
        context = {
            "message": message,
            "outgoing": outgoing,
            "unreached": unreached,
            "is_paused": is_paused,
            "is_back_for_now": all(one.bounce == "soft" for one in unreached if one.state == "bounced"),
            "is_unknown": any(one.state == "unknown" for one in unreached),
            "is_bad": bool(unreached) or outgoing.waits_for in ("server", "recipient"),
            "acts": unreached or (outgoing.waits_for in ("server", "recipient") and not is_paused),
            "user": self._viewer,
        }
        return drawn + render_to_string("desk/sending.html", context)

    def _held(self, message, seconds: int) -> str:
        """Not sent yet: how long it can be taken back, and for its author how."""
        is_counted = seconds <= MOST_COUNTED
        words = held_words(seconds) if is_counted else later_words(message)
        context = {"message": message, "words": words, "user": self._viewer, "seconds": is_counted and seconds}
        return render_to_string("desk/held.html", context)

    def _answers_to(self, entry: Entry) -> str:
        """Where an answer would go, when that is not the sender."""
        if entry.ours or not (others := answers_to(entry.message)):
            return ""
        weight = "warning" if "answers_elsewhere" in entry.message.trust_reasons else "meta"
        words = escape(self._answers % {"address": ", ".join(others[:3])})
        return f'<p class="{weight} answers">{self._back}{words}</p>'

    def _doubt(self, entry: Entry) -> str:
        """Over a mail that failed: that it did, and what a person can do about it."""
        if entry.doubt is None:
            return ""
        context = {"message": entry.message, "doubt": entry.doubt, "user": self._viewer}
        return render_to_string("desk/doubt.html", context)

    def _paused(self) -> frozenset[int]:
        """Asked once, and only where something waits."""
        if self._paused_ids is None:
            self._paused_ids = paused_for_sending()
        return self._paused_ids

    def _origin(self, entry: Entry) -> str:
        message = entry.message
        address = f" · {escape(shown_address(message.from_address))}" if message.from_address and not entry.ours else ""
        outgoing = getattr(message, "outgoing", None) if entry.ours else None
        if outgoing is not None and outgoing.purpose == "forward":
            whom = ", ".join(shown_address(one.address) for one in outgoing.recipients.all())
            words = escape(_("forwarded to %(whom)s") % {"whom": whom})
            address = f' · <span class="tag forwarded" title="{words}">{words}</span>'
        if way := self._ways.get(message.pk):
            address += f' · <span class="way">{icon(_WAYS.get(message.channel, "link"))}{escape(way)}</span>'
        if (line := self._lines.get(message.pk)) and line.mailed_at:
            address += f' · <span class="way">{icon("mail")}{escape(_("also by e-mail"))}</span>'
        return f'{address} · <span class="tag">{escape(kind_of(message))}</span>' if message.auto else address

    @staticmethod
    def _text(entry: Entry) -> str:
        message = entry.message
        if entry.ours and message.html:
            return with_own_pictures(message.html, message.attachments.all()) if message.has_files else message.html
        if entry.ours and message.text != message.reply_text:
            return message.reply_text and paragraphs(message.reply_text)
        sealed = is_sealed(message)
        if text := message.reply_text or ("" if sealed else message.text):
            return paragraphs(text)
        if sealed or message.channel == "chat":
            return ""
        words = _("This mail has no plain text.") if message.has_html else _("This mail has no text.")
        return f'<p class="muted">{words}</p>'

    def _folded(self, entry: Entry) -> str:
        """What is fetched when it is unfolded: quotes, and the mail as its sender designed it."""
        message, drawn = entry.message, ""
        if entry.ours:
            # Whatever of ours is longer than what was newly written passes something on.
            passes_on = message.text != message.reply_text
            return self._fold("quoted", self._passed_on, f"/messages/{message.pk}/quoted/") if passes_on else drawn
        if message.reply_text and message.text != message.reply_text:
            drawn = self._fold("quoted", self._rest[held(message)], f"/messages/{message.pk}/quoted/")
        if message.has_html:
            sender = escape(message.from_address) if is_believable(message) else ""
            drawn += self._fold("designed", self._designed, f"/messages/{message.pk}/body/", sender)
        return drawn

    @staticmethod
    def _fold(name: str, words: str, address: str, sender: str = "") -> str:
        told = f' data-sender="{sender}"' if sender else ""
        return f'<details class="{name}" data-fetch="{address}"{told}><summary>{words}</summary><div></div></details>'

    def _note_of(self, entry: Entry) -> str:
        note, kind, sign = entry.note, "note", f"{self._sheet} {self._note}"
        if self._chat_began and entry.at >= self._chat_began:
            # Said beside a chat, where it might be taken for a line of it.
            kind, sign = "note whisper", f"{icon('lock')} {self._whisper}"
        return (
            f'<article class="{kind}" id="n-{note.pk}"><header><bdi class="who">{escape(entry.who)}</bdi> '
            f'<span class="meta">{sign} · {when(entry.at)}</span></header>'
            f'<div class="body" dir="auto">{note.html}</div>'
            f"{self._files(note.files.all(), '/notes/files/')}</article>\n"
        )

    @staticmethod
    def _beside(entry: Entry) -> list:
        """The files of a message without the pictures that our own text shows."""
        files = entry.message.attachments.all() if entry.message.has_files else ()
        return [one for one in files if not (entry.ours and one.is_inline)]

    def _files(self, files, place: str, *, has_strange: bool = False, is_said: bool = False) -> str:
        """`has_strange`: they are of a stranger, so that dangerous ones are named and lead to a page that says so.
        `is_said`: in a chat, where pictures are looked at without being opened."""
        marks = {file.pk: mark_of_file(file) if has_strange else "" for file in files}
        items = "".join(self._file(file, place, marks[file.pk], is_said=is_said) for file in files)
        return f'<ul class="files">{items}</ul>' if items else ""

    def _file(self, file, place: str, mark: str, *, is_said: bool) -> str:
        name, size = escape(shown_name(file.filename)), spoken_size(file.size)
        saves = "" if is_dangerous(mark) else " download"
        link = f'<a href="{place}{file.pk}/"{saves} title="{name}" dir="auto">{name}</a>'
        if not mark and is_said and file.content_type in PICTURES:
            shown = f"{place}{file.pk}/?inline=1"
            seen = f'<a href="{shown}" target="_blank"><img src="{shown}" alt="{name}" loading="lazy"></a>'
            return f'<li class="picture">{seen}<span>{link}<span class="size">{size}</span></span></li>'
        if not mark:
            return f'<li>{self._clip}{link}<span class="size">{size}</span></li>'
        word, words = WORDS[mark]
        weight = " bad" if is_dangerous(mark) else ""
        told = f'<span class="tag{weight}" title="{escape(str(words))}">{escape(str(word))}</span>'
        return f'<li>{self._sign if weight else self._clip}{link}{told}<span class="size">{size}</span></li>'

    def _warnings(self, message) -> str:
        # What the line about signature and encryption says is not said twice.
        told = SECURITY_WARNINGS if "security" in message.enclosed else ()
        every = [*warnings_of(message), *(in_words(words) for words in message.warnings if words not in told)]
        return "".join(f'<p class="warning">{self._sign}{escape(words)}</p>' for words in every)


def others(cases: list[OtherCase]) -> SafeString:
    """The customer's other cases as items of a list: number, subject, how it ended or where it stands, when."""
    statuses = {value: str(label) for value, label in Status.choices}
    no_subject = _("(no subject)")
    example = f' <span class="tag">{escape(_("example"))}</span>'
    items = (
        f'<li><a href="/cases/{case.reference}/"><span class="num">#{case.reference}</span> '
        f"<bdi>{escape(case.subject or no_subject)}</bdi></a>{example if case.is_example else ''}"
        f'<span class="meta">{escape(case.outcome) if case.outcome else statuses[case.status]} · '
        f"{when(case.last_message_at)}</span></li>"
        for case in cases
    )
    return mark_safe("".join(items))  # noqa: S308


def entries(viewer, shown: list[Entry]) -> SafeString:
    """A timeline as HTML; every entry has an id, so that a screen can be brought up to date piece by piece."""
    messages = [entry.message for entry in shown if entry.kind == "message"]
    drawer = Entries(viewer, ways_of(messages), lines_of(messages))
    return mark_safe("".join(drawer.draw(entry, number) for number, entry in enumerate(shown)))  # noqa: S308
