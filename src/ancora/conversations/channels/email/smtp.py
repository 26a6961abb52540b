"""One SMTP transaction, in steps, so that the caller can commit between them."""

import re
import smtplib
import ssl
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.oauth import sasl
from ancora.conversations.channels.email.oauth.access import Access, access_of
from ancora.conversations.channels.email.oauth.trouble import OAuthTrouble
from ancora.conversations.channels.email.plain_words import trouble_in_words

CONNECT_SECONDS = 30
COMMAND_SECONDS = 60
# RFC 5321, 4.5.3.2.6 allows a server ten minutes for what follows the final dot; most need less than one second.
FINAL_SECONDS = 300
PIECE_BYTES = 65_536
# Authentication or encryption is wanted first: no matter of this one sender.
_NOT_LET_IN = (530, 534, 535, 538)
_LINE_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Account:
    """A mail server, and as whom we come. `security`: tls, starttls or none · `access`: to a token instead of a
    password."""

    host: str
    port: int
    security: str = "tls"
    user: str = ""
    password: str = ""
    access: Access | None = None

    @classmethod
    def outgoing_of(cls, mailbox) -> "Account":
        place = mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security
        if access := access_of(mailbox):
            return cls(*place, mailbox.smtp_user or mailbox.imap_user or mailbox.address, "", access)
        return cls(*place, mailbox.smtp_user, mailbox.smtp_password)

    @classmethod
    def incoming_of(cls, mailbox) -> "Account":
        place = mailbox.imap_host, mailbox.imap_port, mailbox.imap_security
        if access := access_of(mailbox):
            return cls(*place, mailbox.imap_user or mailbox.address, "", access)
        return cls(*place, mailbox.imap_user, mailbox.imap_password)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said."""

    code: int
    text: str

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_refused(self) -> bool:
        """Refused, for now or for good. What is neither this nor accepted is no answer of SMTP."""
        return 400 <= self.code < 600

    @property
    def is_final(self) -> bool:
        """Refused for good: to ask again is useless."""
        return 500 <= self.code < 600

    def __str__(self) -> str:
        return f"{self.code} {self.text}".strip()


class NotSent(Exception):
    """Certainly nothing was sent. `is_final`: trying again is useless."""

    def __init__(self, message: str, *, is_final: bool = False):
        super().__init__(message)
        self.is_final = is_final


class ServerTrouble(NotSent):
    """Our own server cannot be reached, or does not let us in: no message of the mailbox can be sent."""


class PerhapsSent(Exception):
    """The text was handed over whole and no answer came: it may have been sent."""


class Transaction:
    """`open`, `envelope`, `content`, `close`, in this order; each raises `NotSent` when it cannot go on."""

    def __init__(self, account: Account, *, own_name: str):
        self.account = account
        self._own_name = own_name if own_name.isascii() and own_name else "localhost"
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect, encrypt, sign in. What fails here may be put right by an administrator: it is never final."""
        if not self.account.host:
            raise NotSent(_("This mailbox has no server for outgoing mail."), is_final=True)
        try:
            self._smtp = self._connected()
            self._sign_in(self._smtp)
        except OAuthTrouble as trouble:
            raise ServerTrouble(str(trouble)) from trouble
        except smtplib.SMTPAuthenticationError as error:
            words = {"host": self.account.host, "answer": _text(error.smtp_error)}
            raise ServerTrouble(
                _("%(host)s does not accept user name and password for sending: %(answer)s") % words
            ) from error
        except smtplib.SMTPNotSupportedError as error:
            raise ServerTrouble(self._unsupported(str(error))) from error
        except smtplib.SMTPResponseException as error:
            answer = Answer(error.smtp_code, _text(error.smtp_error))
            words = {"host": self.account.host, "answer": answer}
            raise ServerTrouble(_("%(host)s answers: %(answer)s") % words) from error
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise ServerTrouble(self._trouble(error)) from error

    def envelope(self, sender: str, recipients: Iterable[str], *, utf8: bool = False) -> dict[str, Answer]:
        """MAIL and one RCPT per recipient; returns the answer for each. `NotSent` when the sender is refused."""
        try:
            options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
            answer = _answer(self._smtp.mail(ascii_domain(sender), options))
            if answer.code in _NOT_LET_IN:
                raise ServerTrouble(_("%(host)s answers: %(answer)s") % {"host": self.account.host, "answer": answer})
            if not answer.is_accepted:
                raise NotSent(
                    _("The server refuses %(sender)s as sender: %(answer)s") % {"sender": sender, "answer": answer},
                    is_final=answer.is_final,
                )
            return {one: _answer(self._smtp.rcpt(ascii_domain(one))) for one in recipients}
        except smtplib.SMTPNotSupportedError as error:
            raise NotSent(_("The server cannot send to addresses with such letters."), is_final=True) from error
        except UnicodeError as error:
            raise NotSent(_("The server cannot send to addresses with such letters."), is_final=True) from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(self._trouble(error)) from error

    def content(self, raw: bytes) -> Answer:
        """DATA and the text. `NotSent` until the final dot has left, `PerhapsSent` from then on without an answer."""
        try:
            answer = _answer(self._smtp.docmd("DATA"))
            if answer.code != 354:
                if answer.is_refused:
                    return answer
                raise NotSent(_("%(host)s answers: %(answer)s") % {"host": self.account.host, "answer": answer})
            self._send(_LINE_DOT.sub(b"..", raw if raw.endswith(b"\r\n") else raw + b"\r\n"))
        except (OSError, smtplib.SMTPException) as error:
            # Without the final dot a server must not deliver anything (RFC 5321, 4.1.1.10 and 3.8).
            raise NotSent(self._trouble(error)) from error
        try:
            self._smtp.sock.settimeout(FINAL_SECONDS)
            self._smtp.send(b".\r\n")
            answer = _answer(self._smtp.getreply())
        except (OSError, smtplib.SMTPException) as error:
            raise PerhapsSent(self._trouble(error)) from error
        if not answer.is_accepted and not answer.is_refused:
            raise PerhapsSent(_("%(host)s answers: %(answer)s") % {"host": self.account.host, "answer": answer})
        return answer

    def _send(self, text: bytes) -> None:
        """In pieces: a socket's time limit is for all of one call, and a slow line needs minutes for a large mail."""
        for start in range(0, len(text), PIECE_BYTES):
            self._smtp.send(text[start : start + PIECE_BYTES])

    def close(self) -> None:
        if self._smtp is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._smtp.sock and self._smtp.sock.settimeout(5)
                self._smtp.quit()
            self._smtp.close()

    def _connected(self) -> smtplib.SMTP:
        account = self.account
        kind = smtplib.SMTP_SSL if account.security == "tls" else smtplib.SMTP
        extra = {"context": ssl.create_default_context()} if account.security == "tls" else {}
        smtp = kind(account.host, account.port, local_hostname=self._own_name, timeout=CONNECT_SECONDS, **extra)
        smtp.sock.settimeout(COMMAND_SECONDS)
        self._smtp = smtp
        smtp.ehlo_or_helo_if_needed()
        if account.security == "starttls":
            answer = _answer(smtp.starttls(context=ssl.create_default_context()))
            if not answer.is_accepted:
                raise smtplib.SMTPNotSupportedError("STARTTLS")
            smtp.ehlo()
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        if self.account.access is not None:
            self._sign_in_with_token(smtp, self.account.access)
        elif self.account.user:
            smtp.login(self.account.user, self.account.password)

    def _sign_in_with_token(self, smtp: smtplib.SMTP, access: Access) -> None:
        """A token that is refused is renewed once, and shown on a connection of its own: many servers hang up."""
        token = access.token()
        refusal = self._show(smtp, token)
        if refusal is None:
            return
        try:
            token = access.token_after(token)
        except OAuthTrouble as trouble:
            raise (OAuthTrouble(refusal, "token") if trouble.reason == "token" else trouble) from trouble
        smtp.close()
        refusal = self._show(self._connected(), token)
        if refusal is not None:
            raise OAuthTrouble(refusal, "token")

    def _show(self, smtp: smtplib.SMTP, token: str) -> str | None:
        """Why the server refuses this token; None when it does not."""
        if not smtp.has_extn("auth"):
            raise smtplib.SMTPNotSupportedError("AUTH")
        mechanism = sasl.chosen(smtp.esmtp_features["auth"].split())
        words = sasl.first_words(mechanism, self.account.user, token, self.account.host, self.account.port)
        code, said = smtp.docmd("AUTH", f"{mechanism} {words.decode()}")
        challenge = b""
        if code == 334:
            challenge = said
            code, said = smtp.docmd(sasl.last_words(mechanism).decode())
        if 200 <= code < 300:
            return None
        if 400 <= code < 500:
            raise smtplib.SMTPResponseException(code, said)
        return sasl.refusal(self.account.host, challenge, f"{code} {_text(said)}")

    def _unsupported(self, what: str) -> str:
        host = {"host": self.account.host, "port": self.account.port}
        if "STARTTLS" in what.upper():
            return _("%(host)s does not offer STARTTLS on port %(port)s. Try TLS, or another port.") % host
        return _("%(host)s does not let anybody sign in on port %(port)s. Leave the user name empty, or try another"
                 " port.") % host  # fmt: skip

    def _trouble(self, error: BaseException) -> str:
        if isinstance(error, smtplib.SMTPServerDisconnected):
            error = error.__context__ if isinstance(error.__context__, OSError) else EOFError(str(error))
        return trouble_in_words(error, self.account.host, self.account.port)


def ascii_domain(address: str) -> str:
    """The address as an envelope carries it: its domain in ASCII (IDNA)."""
    local, at, domain = address.rpartition("@")
    return address if domain.isascii() else f"{local}{at}{domain.encode('idna').decode('ascii')}"


def _answer(reply: tuple[int, bytes]) -> Answer:
    code, text = reply
    return Answer(code, _text(text))


def _text(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.replace("\0", "").split())[:500]
