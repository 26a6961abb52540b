"""What the composer starts with: an answer, a note, or a message to be passed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID, uuid4

from ancora.cases.commands import Overtaken
from ancora.cases.macros.naming import NamedChange, named_codes
from ancora.cases.models import Case
from ancora.cases.queries import Answer, answer_to, answerable, message_for, newest_seen
from ancora.cases.queries.chats import Chat, attends, chat_of, is_said_in_chat, last_received
from ancora.cases.sharing.queries import Pen
from ancora.conversations.channels.chat.adapter import ADAPTER
from ancora.conversations.channels.contract import FileLimits
from ancora.conversations.commands.write import MOST_ATTACHED_BYTES, MOST_FILES
from ancora.conversations.drafting import shown_pictures, signature_of
from ancora.conversations.identities import Identity, identities, usual_identity
from ancora.conversations.models import Attachment, DraftFile, Message
from ancora.conversations.ways_back import channel_of, limits_of
from ancora.desk.doubts import caution_before_answering, caution_of_bounces, caution_of_window
from ancora.desk.writing_forms import written


@dataclass(frozen=True, slots=True)
class Sender:
    """An address as which the viewer may write, with what will stand below the mail."""

    address: str
    label: str
    signature: str

    @property
    def signature_line(self) -> str:
        """The signature on one line."""
        return " · ".join(filter(None, self.signature.splitlines()))


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file of the message that is passed on, and whether it goes along."""

    attachment: Attachment
    is_chosen: bool = True


@dataclass(slots=True)
class Composer:
    """kind: reply, forward or note · mode: the query that draws this composer again · answers, forwards: the message
    it is about, `about` when a person chose it · seen: the newest message on the screen · as_of: the last event on it ·
    kept: files that lie here already · changes: what becomes of the case with sending, as `macros` (their ids)
    suggested · error: why nothing was sent · stop: what others did meanwhile · then: what was to become of the case ·
    send_at: and when it was to be sent · is_letter: whether that note reads like a letter · caution: what to know of
    the address it would go to · version, saved_at: of the draft it is · pen: who writes it, when it is shared · shared:
    its id, when it is a colleague's · channel: the account of a channel to which it goes, when that is no mail
    · chat: the one in which it is said · leaves_chat: whether the case has a chat in which it is not said."""

    kind: str
    form_key: UUID
    mode: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    text: str = ""
    format: str = "plain"
    answers: int | None = None
    forwards: int | None = None
    about: Message | None = None
    seen: int = 0
    as_of: int = 0
    senders: list[Sender] = field(default_factory=list)
    sender: str = ""
    is_unsigned: bool = False
    enclosures: list[Enclosure] = field(default_factory=list)
    kept: list[DraftFile] = field(default_factory=list)
    changes: list[NamedChange] = field(default_factory=list)
    macros: list[str] = field(default_factory=list)
    channel: str = ""
    chat: Chat | None = None
    leaves_chat: bool = False
    error: str = ""
    caution: str = ""
    stop: Overtaken | None = None
    then: str = ""
    send_at: datetime | None = None
    is_letter: bool = False
    version: int = 0
    saved_at: datetime | None = None
    pen: Pen | None = None
    shared: int = 0
    most_bytes: int = MOST_ATTACHED_BYTES
    most_files: int = MOST_FILES

    @property
    def chosen(self) -> Sender | None:
        """The sender that is chosen."""
        return next((one for one in self.senders if one.address == self.sender), None)

    @property
    def query(self) -> str:
        """What draws the draft again as it stands."""
        return f"draft=1&shared={self.shared}" if self.shared else "draft=1"

    @property
    def is_read(self) -> bool:
        """Whether somebody else has the pen: nothing can be written here now."""
        return self.pen is not None and not self.pen.is_mine


def known_senders(viewer) -> list[Sender]:
    """As whom the viewer may write."""
    return _as_senders(viewer, identities(viewer))


def composer_for(viewer, case: Case, asked: Mapping[str, str]) -> Composer:
    """The composer that was `asked` for: `forward=<message>`, `answers=<message>` with `to=all`, `by=mail` or `by=chat`
    where the case has a chat, or the usual one. A message that is not in the case → 404."""
    if viewer.is_agent and asked.get("forward", "").isdecimal():
        return _forwarding(viewer, case, message_for(viewer, int(asked["forward"])))
    by = asked.get("by") if viewer.is_agent else None
    if by in ("mail", "chat") and (chat := chat_of(viewer, case)):
        if by == "mail":
            return replace(_by_mail(viewer, case, chat), mode="by=mail")
        return replace(_in_chat(viewer, case, chat), mode="" if _is_usual(case, chat) else "by=chat")
    if viewer.is_agent and asked.get("answers", "").isdecimal():
        message = message_for(viewer, int(asked["answers"]))
        if message.channel == "chat":
            return fresh_composer(viewer, case)
        to_everybody = asked.get("to") == "all"
        if answer := answer_to(viewer, case, message, to_everybody=to_everybody):
            mode = f"answers={message.pk}" + ("&to=all" if to_everybody else "")
            return replace(_answering(viewer, case, answer), mode=mode, about=message)
    return fresh_composer(viewer, case)


def fresh_composer(viewer, case: Case) -> Composer:
    """An empty composer that answers the customer: in the chat where they are there or wrote there last, else by the
    way of their last message; for observers one for notes."""
    if not viewer.is_agent:
        return Composer("note", uuid4(), as_of=case.as_of)
    chat = chat_of(viewer, case)
    if chat and _is_usual(case, chat):
        return _in_chat(viewer, case, chat)
    return _by_last(viewer, case, leaves_chat=chat is not None)


def _is_usual(case: Case, chat: Chat) -> bool:
    return chat.is_visited_now or is_said_in_chat(case)


def _in_chat(viewer, case: Case, chat: Chat) -> Composer:
    # Who reads along speaks to colleagues, unless they choose otherwise.
    kind = "reply" if attends(viewer, case) else "note"
    start = Composer(kind, uuid4(), as_of=case.as_of, seen=newest_seen(case), chat=chat, channel=chat.name)
    return replace(start, **_most(ADAPTER.capabilities().files))


def _by_last(viewer, case: Case, *, leaves_chat: bool) -> Composer:
    answer = answerable(viewer, case)
    start = _answering(viewer, case, answer) if answer else Composer("note", uuid4(), as_of=case.as_of)
    return replace(start, leaves_chat=leaves_chat)


def composer_again(
    start: Composer, given, *, kind: str, error: str, kept: list[DraftFile], stop: Overtaken | None
) -> Composer:
    """The composer with what was typed and why it was not sent."""
    chosen = set(given.getlist("enclosed"))
    return replace(
        start,
        kind=kind,
        form_key=uuid4() if kind == "note" else start.form_key,
        **{name: given.get(name, "") for name in ("to", "cc", "bcc", "text")},
        format="html" if given.get("format") == "html" else "plain",
        sender=given.get("sender") or start.sender,
        is_unsigned=bool(given.get("unsigned")),
        enclosures=[Enclosure(one.attachment, str(one.attachment.pk) in chosen) for one in start.enclosures],
        kept=kept,
        changes=named_codes(given.getlist("change")),
        macros=given.getlist("macro"),
        error=error,
        stop=stop,
        then=given.get("then", ""),
        version=_version(given),
    )


def _version(given) -> int:
    text = given.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _answering(viewer, case: Case, answer: Answer) -> Composer:
    """Back by the channel by which the customer wrote; where that is no mail there is nobody to choose."""
    channel = channel_of(answer.message) if answer.message else ""
    limits = limits_of(answer.message) if channel else None
    return Composer(
        "reply",
        uuid4(),
        to="" if channel else written(answer.to),
        cc="" if channel else written(answer.cc),
        channel=channel,
        answers=answer.message.pk if answer.message else None,
        seen=newest_seen(case),
        as_of=case.as_of,
        caution=caution_before_answering(answer.message)
        or caution_of_bounces(case.customer, answer.to)
        or caution_of_window(limits.closes_at if limits else None),
        **_most(limits.files if limits else None),
        **({} if channel else _senders(viewer, answer.conversation)),
    )


def _most(files: FileLimits | None) -> dict:
    """What the channel carries, as far as the desk takes as much itself; the channel says it when it takes none."""
    if files is None:
        return {}
    return {
        "most_files": min(files.most, MOST_FILES),
        "most_bytes": min(files.most_bytes, MOST_ATTACHED_BYTES),
    }


def _by_mail(viewer, case: Case, chat: Chat) -> Composer:
    """To those of the last mail where that came after what was said, else to the address that is known of who chats."""
    last = last_received(case)
    if last is not None and last.channel == "email":
        return _by_last(viewer, case, leaves_chat=True)
    start = Composer("reply", uuid4(), seen=newest_seen(case), as_of=case.as_of, answers=last.pk if last else None)
    to = written([(chat.customer, chat.email)]) if chat.email else ""
    return replace(start, to=to, leaves_chat=True, **_senders(viewer, chat.conversation))


def _forwarding(viewer, case: Case, message: Message) -> Composer:
    answer = answer_to(viewer, case, message, to_everybody=False)
    if answer is None:
        return fresh_composer(viewer, case)
    shown = shown_pictures(message)
    return Composer(
        "forward",
        uuid4(),
        mode=f"forward={message.pk}",
        forwards=message.pk,
        as_of=case.as_of,
        about=message,
        enclosures=[Enclosure(one) for one in message.attachments.all() if one not in shown],
        **_senders(viewer, answer.conversation),
    )


def _senders(viewer, conversation) -> dict:
    known = identities(viewer)
    usual = usual_identity(known, conversation)
    return {"senders": _as_senders(viewer, known), "sender": usual.address if usual else ""}


def _as_senders(viewer, known: list[Identity]) -> list[Sender]:
    return [Sender(one.address, str(one), signature_of(viewer, one.mailbox)) for one in known]
