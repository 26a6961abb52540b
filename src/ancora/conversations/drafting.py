"""From what somebody wrote to the mail that leaves: thread, history, signature, in the language of who reads it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ancora.conversations import tokens
from ancora.conversations.channels.email.draft import Draft, Forwarded, Part, Quoted
from ancora.conversations.channels.email.pictures import PICTURE_TYPES
from ancora.conversations.channels.email.quoting import quotable_html, quotable_text
from ancora.conversations.channels.email.writing import content_ids_in
from ancora.conversations.identities import Identity
from ancora.conversations.models import Attachment, Conversation, Message, Purpose
from ancora.conversations.ways_back import Way
from ancora.platform.accounts.models import LANGUAGES, User
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.files.store import read

type Addresses = list[tuple[str, str]]
# A thread names its first message and its newest ones.
MOST_REFERENCES = 20


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send along. With a content id it is a picture that the text shows as `cid:` that id."""

    filename: str
    content_type: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """Something that is to leave. `answers`: the message it answers and quotes · `forwards`: the one it passes on,
    with the chosen `enclosed` of its files · `author`: None for the system · `send_at`: not before then; until then it
    can be taken back · `unless_answered`: and not at all when somebody answered before · `way`: by which channel it
    goes, when it is no mail."""

    conversation: Conversation
    identity: Identity
    purpose: Purpose
    subject: str
    html: str
    to: Addresses
    author: User | None
    cc: Addresses = ()
    bcc: Addresses = ()
    files: list[Upload] = ()
    answers: Message | None = None
    forwards: Message | None = None
    enclosed: list[Attachment] = ()
    form_key: UUID | None = None
    is_signed: bool = True
    language: str = ""
    send_at: datetime | None = None
    unless_answered: bool = False
    way: Way | None = None
    shown_in_forward: list[Attachment] = field(default_factory=list)

    @property
    def pictures(self) -> list[Upload]:
        return [one for one in self.files if one.content_id]


def draft_of(writing: Writing, *, text: str, message_id: str, at: datetime) -> Draft:
    """The mail of a writing whose HTML is safe already; `text` says the same."""
    mailbox, author = writing.identity.mailbox, writing.author
    shown = [Part(one.filename, one.content_type, one.content, one.content_id) for one in writing.pictures]
    beside = [Part(one.filename, one.content_type, one.content) for one in writing.files if not one.content_id]
    return Draft(
        message_id=message_id,
        date=at,
        from_=(f"{author} · {writing.identity.name}" if author and str(author) else writing.identity.name,
               writing.identity.address),
        reply_to=_reply_to(writing),
        to=list(writing.to),
        cc=list(writing.cc),
        subject=writing.subject,
        html=writing.html,
        text=text,
        signature=signature_of(author, mailbox) if writing.is_signed else "",
        in_reply_to=writing.answers.message_id if writing.answers else None,
        references=references_of(writing),
        quoted=_quoted(writing.answers) if writing.purpose != Purpose.ACKNOWLEDGEMENT else None,
        forwarded=forwarded_of(writing),
        pictures=shown + [_part(one, one.content_id.strip("<>")) for one in writing.shown_in_forward],
        parts=[_part(one) for one in writing.enclosed] + beside,
        is_automatic=author is None,
    )  # fmt: skip


def signature_of(author: User | None, mailbox) -> str:
    """What stands below a mail: the agent's own lines, then those of the mailbox."""
    return "\n".join(filter(None, [author.signature if author else "", mailbox.signature]))


def references_of(writing: Writing) -> list[str]:
    """The Message-IDs of the thread, the first one and the newest."""
    before = writing.answers or writing.forwards
    if before is None or not before.message_id:
        return []
    known = before.references
    return [*known[:1], *known[1:][-MOST_REFERENCES:], before.message_id]


def forwarded_of(writing: Writing) -> Forwarded | None:
    """The message that is passed on, whole, with the pictures its text shows."""
    message = writing.forwards
    if message is None:
        return None
    pictures = [one.content_id.strip("<>") for one in writing.shown_in_forward]
    return Forwarded(
        from_=(message.from_name, message.from_address),
        when=message.sent_at or message.recorded_at,
        subject=message.subject,
        to=[tuple(pair) for pair in message.addresses.get("to", [])],
        cc=[tuple(pair) for pair in message.addresses.get("cc", [])],
        text=quotable_text(message.text),
        html=quotable_html(message.html, pictures=pictures),
    )


def shown_pictures(message: Message) -> list[Attachment]:
    """The files of a message that its HTML shows."""
    shown = set(content_ids_in(message.html))
    files = message.attachments.exclude(content_id="").select_related("file")
    return [one for one in files if one.content_id.strip("<>") in shown and one.content_type in PICTURE_TYPES]


def reader_language(message: Message | None) -> str:
    """The language in which what stands around an answer is written: that of the message, else the organisation's."""
    known = dict(LANGUAGES)
    language = message.language if message else ""
    return language if language in known else current_organisation().language


def reply_subject(subject: str) -> str:
    return subject if subject.lower().startswith("re:") else f"Re: {subject}".strip()


def forward_subject(subject: str) -> str:
    return subject if subject.lower().startswith(("fwd:", "fw:")) else f"Fwd: {subject}".strip()


def _reply_to(writing: Writing) -> str | None:
    if not writing.identity.mailbox.has_plus_addressing:
        return None
    # Of the mailbox's own address: for that one plus addresses were tried.
    return tokens.reply_address(writing.identity.mailbox.address, writing.conversation.reference)


def _quoted(answers: Message | None) -> Quoted | None:
    """The message an answer quotes below itself, with what it quotes in turn."""
    if answers is None:
        return None
    return Quoted(
        who=answers.from_name or answers.from_address,
        when=answers.sent_at or answers.recorded_at,
        text=quotable_text(answers.text or answers.reply_text),
        html=quotable_html(answers.html),
    )


def _part(attachment: Attachment, content_id: str = "") -> Part:
    return Part(attachment.filename, attachment.content_type, read(attachment.file), content_id)
