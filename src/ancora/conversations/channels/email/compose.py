"""Mail as we write it: one `Draft` in, the bytes of RFC 5322 out."""

import email.policy
import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.draft import Draft, Pair, Part
from ancora.conversations.channels.email.draft_bodies import html_body, one_line, text_body
from ancora.conversations.channels.email.writing import plain_text, safe_html
from ancora.platform.errors import Refusal

__all__ = ["Draft", "Part", "build", "plain_text", "safe_html"]

# Says that the mail was written here; a mail with it that comes back is never answered by a machine.
MARKER = "X-Ancora"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_TYPE = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$")
_MESSAGE_ID = re.compile(r"^[^\s<>\x00-\x1f\x7f]+$")
# Nobody's absence note answers what no person wrote (RFC 3834, 5).
_AUTOMATIC = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}


def build(draft: Draft) -> bytes:
    """The mail as it goes over the wire: CRLF, 7 bit, multipart/alternative, pictures beside the HTML, files around.

    Nothing in a draft can add a header: line breaks in names, subject and file names become spaces. `Refusal` for
    what is no mail address.
    """
    message = EmailMessage(_POLICY_UTF8 if _needs_utf8(draft) else _POLICY)
    _write_headers(message, draft)
    message.set_content(text_body(draft))
    message.add_alternative(html_body(draft), subtype="html")
    for picture in draft.pictures:
        _add_picture(message.get_payload()[-1], picture)
    for part in draft.parts:
        _add_file(message, part)
    return message.as_bytes()


class _Policy(email.policy.EmailPolicy):
    """The standard policy, except that Message-IDs are folded between each other and never encoded.

    EmailPolicy turns ids longer than a line into encoded words, which other programs cannot match.
    """

    def fold(self, name, value):
        return self._fold_ids(name, value) or super().fold(name, value)

    def fold_binary(self, name, value):
        folded = self._fold_ids(name, value)
        return folded.encode("ascii", "replace") if folded else super().fold_binary(name, value)

    def _fold_ids(self, name: str, value: str) -> str | None:
        if name.lower() not in ("message-id", "in-reply-to", "references"):
            return None
        return f"{name}: " + f"{self.linesep} ".join(str(value).split()) + self.linesep


_POLICY = _Policy(linesep="\r\n", cte_type="7bit", raise_on_defect=False)
_POLICY_UTF8 = _POLICY.clone(utf8=True)


def _write_headers(message: EmailMessage, draft: Draft) -> None:
    message["Date"] = format_datetime(draft.date)
    message["From"] = _address(draft.from_)
    if draft.reply_to:
        message["Reply-To"] = _address((draft.from_[0], draft.reply_to))
    if draft.to:
        message["To"] = [_address(pair) for pair in draft.to]
    if draft.cc:
        message["Cc"] = [_address(pair) for pair in draft.cc]
    if not draft.to and not draft.cc:
        message["To"] = "undisclosed-recipients:;"
    message["Subject"] = one_line(draft.subject)
    message["Message-ID"] = f"<{draft.message_id}>"
    if draft.in_reply_to and _is_id(draft.in_reply_to):
        message["In-Reply-To"] = f"<{draft.in_reply_to}>"
    references = [f"<{one}>" for one in draft.references if _is_id(one)]
    if references:
        message["References"] = " ".join(references)
    message[MARKER] = "1"
    for name, value in _AUTOMATIC.items() if draft.is_automatic else ():
        message[name] = value


def _address(pair: Pair) -> Address:
    name, address = one_line(pair[0]), pair[1].strip()
    local, _at, domain = address.rpartition("@")
    try:
        if not domain.isascii():
            domain = domain.encode("idna").decode("ascii")
        found = Address(name, addr_spec=f"{local}@{domain}")
        if not local or not domain or _CONTROLS.search(address):
            raise ValueError(address)
    except (ValueError, LookupError, AttributeError, MessageError) as error:
        raise Refusal(_("“%(address)s” is not an e-mail address.") % {"address": one_line(address)[:100]}) from error
    return found


def _needs_utf8(draft: Draft) -> bool:
    """Whether an address has letters before its @ that only SMTPUTF8 can carry."""
    pairs = [draft.from_, *draft.to, *draft.cc]
    return any(not address.rpartition("@")[0].isascii() for _name, address in pairs)


def _is_id(value: str) -> bool:
    return value.isascii() and len(value) < 990 and bool(_MESSAGE_ID.match(value))


def _add_picture(html: EmailMessage, picture: Part) -> None:
    """A picture that the HTML shows by its content id."""
    maintype, _slash, subtype = picture.content_type.partition("/")
    html.add_related(
        picture.content,
        maintype=maintype,
        subtype=subtype,
        cid=f"<{picture.content_id}>",
        filename=_filename(picture),
        disposition="inline",
    )


def _add_file(message: EmailMessage, part: Part) -> None:
    kind = part.content_type.partition(";")[0].strip().lower()
    # A mail inside a mail may not be encoded (RFC 2046, 5.2.1): as a plain file it arrives byte for byte.
    if not _TYPE.match(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    maintype, _slash, subtype = kind.partition("/")
    message.add_attachment(part.content, maintype=maintype, subtype=subtype, filename=_filename(part))


def _filename(part: Part) -> str:
    return one_line(part.filename).replace("/", "_").replace("\\", "_") or "file"
