"""Mail as we write it: one `Draft` in, the bytes of RFC 5322 out."""

import email.policy
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.writing import plain_text, safe_html
from ancora.platform.errors import Refusal

__all__ = ["Draft", "Part", "build", "plain_text", "safe_html"]

# Says that the mail was written here; a mail with it that comes back is never answered by a machine.
MARKER = "X-Ancora"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_TYPE = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$")
_MESSAGE_ID = re.compile(r"^[^\s<>\x00-\x1f\x7f]+$")
_CITE = "margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex"
type Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A file that goes along, byte for byte."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail to be built. Addresses are (name, address); Message-IDs are without angle brackets; `quoted` is
    (who, when, what) of the message answered. Who gets a blind copy is no part of a mail."""

    message_id: str
    date: datetime
    from_: Pair
    to: list[Pair]
    subject: str
    html: str
    text: str
    reply_to: str | None = None
    cc: list[Pair] = field(default_factory=list)
    signature: str = ""
    in_reply_to: str | None = None
    references: list[str] = field(default_factory=list)
    quoted: tuple[str, datetime, str] | None = None
    parts: list[Part] = field(default_factory=list)


def build(draft: Draft) -> bytes:
    """The mail as it goes over the wire: CRLF, 7 bit, multipart/alternative, files around it.

    Nothing in a draft can add a header: line breaks in names, subject and file names become spaces. `Refusal` for
    what is no mail address.
    """
    message = EmailMessage(_POLICY_UTF8 if _needs_utf8(draft) else _POLICY)
    _write_headers(message, draft)
    message.set_content(_text_body(draft))
    message.add_alternative(_html_body(draft), subtype="html")
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
    message["Subject"] = _line(draft.subject)
    message["Message-ID"] = f"<{draft.message_id}>"
    if draft.in_reply_to and _is_id(draft.in_reply_to):
        message["In-Reply-To"] = f"<{draft.in_reply_to}>"
    references = [f"<{one}>" for one in draft.references if _is_id(one)]
    if references:
        message["References"] = " ".join(references)
    message[MARKER] = "1"


def _address(pair: Pair) -> Address:
    name, address = _line(pair[0]), pair[1].strip()
    local, _at, domain = address.rpartition("@")
    try:
        if not domain.isascii():
            domain = domain.encode("idna").decode("ascii")
        found = Address(name, addr_spec=f"{local}@{domain}")
        if not local or not domain or _CONTROLS.search(address):
            raise ValueError(address)
    except (ValueError, LookupError, AttributeError, MessageError) as error:
        raise Refusal(_("“%(address)s” is not an e-mail address.") % {"address": _line(address)[:100]}) from error
    return found


def _needs_utf8(draft: Draft) -> bool:
    """Whether an address has letters before its @ that only SMTPUTF8 can carry."""
    pairs = [draft.from_, *draft.to, *draft.cc]
    return any(not address.rpartition("@")[0].isascii() for _name, address in pairs)


def _is_id(value: str) -> bool:
    return value.isascii() and len(value) < 990 and bool(_MESSAGE_ID.match(value))


def _line(text: str) -> str:
    return _SURROGATES.sub("", _CONTROLS.sub(" ", text)).strip()


def _text_body(draft: Draft) -> str:
    body = draft.text.strip("\n")
    if draft.signature:
        body += f"\n\n-- \n{draft.signature.strip()}"
    if draft.quoted:
        who, when, what = draft.quoted
        lines = "\n".join(f"> {line}".rstrip() for line in what.splitlines())
        body += f"\n\n{_separator()}\n\n{_attribution(who, when)}\n{lines}"
    return _SURROGATES.sub("", body.replace("\0", "")) + "\n"


def _html_body(draft: Draft) -> str:
    body = f"<div>{draft.html}</div>"
    if draft.signature:
        body += f'\n<div class="ancora-signature">-- <br>{_escaped_lines(draft.signature.strip())}</div>'
    if draft.quoted:
        who, when, what = draft.quoted
        body += (
            f'\n<p style="color:#666">{escape(_separator())}</p>\n<div>{escape(_attribution(who, when))}</div>'
            f'\n<blockquote type="cite" style="{_CITE}">{_escaped_lines(what)}</blockquote>'
        )
    body = _SURROGATES.sub("", body.replace("\0", ""))
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}\n</body></html>\n'


def _escaped_lines(text: str) -> str:
    return "<br>\n".join(escape(line) for line in text.splitlines())


def _separator() -> str:
    """The line below which everything is older; our own reading of answers knows it in every language we write."""
    return _("## Reply above this line ##")


def _attribution(who: str, when: datetime, /) -> str:
    moment = date_format(timezone.localtime(when), "DATETIME_FORMAT")
    return _("On %(when)s %(who)s wrote:") % {"when": moment, "who": _line(who)}


def _add_file(message: EmailMessage, part: Part) -> None:
    kind = part.content_type.partition(";")[0].strip().lower()
    # A mail inside a mail may not be encoded (RFC 2046, 5.2.1): as a plain file it arrives byte for byte.
    if not _TYPE.match(kind) or kind.startswith(("message/", "multipart/")):
        kind = "application/octet-stream"
    maintype, _slash, subtype = kind.partition("/")
    filename = _line(part.filename).replace("/", "_").replace("\\", "_") or "file"
    message.add_attachment(part.content, maintype=maintype, subtype=subtype, filename=filename)
