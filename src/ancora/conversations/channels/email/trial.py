"""A mailbox tried out for real: a mail is sent to itself, fetched, recognised and removed again.

Trial mails never become cases: they come from the mailbox's own address, which the intake ignores.
"""

import asyncio
import re
import secrets
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ancora.conversations import tokens
from ancora.conversations.channels.email import trial_mail
from ancora.conversations.channels.email.fetching.imap import Imap
from ancora.conversations.channels.email.fetching.threads import in_database
from ancora.conversations.channels.email.fetching.wire import ImapTrouble
from ancora.conversations.channels.email.smtp import Account, NotSent, PerhapsSent, Transaction
from ancora.conversations.models import Mailbox
from ancora.conversations.ways_in import ways_into

LOOK_SECONDS = 0.5
# A reference no conversation has; its token is as true as any.
REFERENCE = 0


@dataclass(frozen=True, slots=True)
class Step:
    """name: incoming, outgoing, sent, received, threaded, plus_address or tidied."""

    name: str
    ok: bool
    message: str


@dataclass(slots=True)
class Trial:
    steps: list[Step] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return all(step.ok for step in self.steps)

    def note(self, name: str, message: str, *, ok: bool = True) -> bool:
        self.steps.append(Step(name, ok, message))
        return ok


def try_mailbox(mailbox: Mailbox, *, timeout: float = 30) -> Trial:
    """Really send, receive and thread mail through a mailbox, saved or not; ends within a few times `timeout`.

    Every step says in plain words what works, or what is wrong and what to look at. Never raises for what a mail
    server does.
    """
    return asyncio.run(_try(mailbox, timeout))


async def _try(mailbox: Mailbox, timeout: float) -> Trial:
    trial = Trial()
    imap = await _try_incoming(trial, mailbox)
    try:
        can_send = await in_database(_try_outgoing, trial, mailbox)
        if imap is not None and can_send:
            await _try_road(trial, mailbox, imap, timeout)
    except ImapTrouble as trouble:
        trial.note("received", str(trouble), ok=False)
    finally:
        if imap is not None:
            await imap.close()
    return trial


async def _try_incoming(trial: Trial, mailbox: Mailbox) -> Imap | None:
    if not mailbox.imap_host and (ways := await in_database(ways_into, mailbox)):
        trial.note("incoming", _("Nothing is fetched: mail arrives by %(ways)s.") % {"ways": ", ".join(ways)})
        return None
    account = Account.incoming_of(mailbox)
    imap = None
    try:
        imap = await Imap.connect(account)
        await imap.select(mailbox.imap_folder, read_only=False)
    except ImapTrouble as trouble:
        trial.note("incoming", str(trouble), ok=False)
        if imap is not None:
            await imap.close()
        return None
    words = {"host": account.host, "folder": mailbox.imap_folder}
    trial.note("incoming", _("Signed in to %(host)s; the folder “%(folder)s” is open.") % words)
    return imap


def _try_outgoing(trial: Trial, mailbox: Mailbox) -> bool:
    smtp = _transaction(mailbox)
    try:
        smtp.open()
    except NotSent as error:
        return trial.note("outgoing", str(error), ok=False)
    finally:
        smtp.close()
    return trial.note("outgoing", _("%(host)s lets us send.") % {"host": mailbox.smtp_host})


async def _try_road(trial: Trial, mailbox: Mailbox, imap: Imap, timeout: float) -> None:
    """Two mails: a first one to the plain address, and its answer, to the plus address where there is one."""
    codes = [secrets.token_hex(12) for _number in range(2)]
    domain = mailbox.address.rpartition("@")[2]
    first, second = (tokens.new_message_id(REFERENCE, domain) for _number in range(2))
    try:
        if not await _send(trial, mailbox, mailbox.address, trial_mail.build_trial(mailbox, codes[0], first, None)):
            return
        trial.note("sent", _("A trial mail to %(address)s was accepted.") % {"address": mailbox.address})
        header = await _arrival(imap, codes[0], timeout)
        if header is None:
            trial.note("received", _not_there(mailbox, mailbox.address, timeout), ok=False)
            return
        trial.note("received", _("It arrived in the folder “%(folder)s”.") % {"folder": mailbox.imap_folder})
        await _try_answer(trial, mailbox, imap, timeout, codes[1], second, first, _kept_id(header, first))
    finally:
        await _tidy(trial, imap, codes)


async def _try_answer(trial, mailbox, imap, timeout, code: str, message_id: str, answered: str, keeps_id: bool) -> None:
    """An answer finds its conversation by the Message-ID it names and by the token in the plus address."""
    to = tokens.reply_address(mailbox.address, REFERENCE) if mailbox.has_plus_addressing else mailbox.address
    name = "plus_address" if mailbox.has_plus_addressing else "threaded"
    if not await _send(trial, mailbox, to, trial_mail.build_trial(mailbox, code, message_id, answered), name):
        return
    header = await _arrival(imap, code, timeout)
    if header is None:
        message = _not_there(mailbox, to, timeout)
        trial.note(name, f"{message} {_without_plus()}" if mailbox.has_plus_addressing else message, ok=False)
        return
    has_token = any(tokens.reference_in_address(word) == REFERENCE for word in re.split(r"[\s<>,;\"]+", header))
    if mailbox.has_plus_addressing and not has_token:
        words = _("Mail to plus addresses arrives, but without the plus part. %(advice)s")
        trial.note(name, words % {"advice": _without_plus()}, ok=False)
        return
    if mailbox.has_plus_addressing:
        trial.note(name, _("Mail to plus addresses arrives: answers find their conversation by it."))
    if keeps_id and answered in header:
        trial.note("threaded", _("An answer is recognised by the mail it answers."))
    else:
        words = _("The mail server rewrites Message-IDs. Answers find their conversation by the plus address only.")
        trial.note("threaded", words, ok=mailbox.has_plus_addressing)


async def _send(trial: Trial, mailbox: Mailbox, to: str, raw: bytes, name: str = "sent") -> bool:
    try:
        await in_database(_send_now, mailbox, to, raw)
    except NotSent as error:
        message = _("A trial mail to %(address)s was not accepted: %(reason)s") % {"address": to, "reason": error}
        if name == "plus_address":
            message = f"{message} {_without_plus()}"
        return trial.note(name, message, ok=False)
    except PerhapsSent:
        # Then it arrives or not, which is looked at next.
        return True
    return True


def _send_now(mailbox: Mailbox, to: str, raw: bytes) -> None:
    smtp = _transaction(mailbox)
    try:
        smtp.open()
        [answer] = smtp.envelope(mailbox.address, [to]).values()
        if answer.is_accepted:
            answer = smtp.content(raw)
        if not answer.is_accepted:
            raise NotSent(str(answer))
    finally:
        smtp.close()


def _transaction(mailbox: Mailbox) -> Transaction:
    return Transaction(Account.outgoing_of(mailbox), own_name=mailbox.address.rpartition("@")[2])


async def _arrival(imap: Imap, code: str, timeout: float) -> str | None:
    """The header of the trial mail with this code, once it is there."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout
    while True:
        await imap.noop()
        for uid in await imap.search_header(trial_mail.HEADER, code):
            return (await imap.header(uid)).decode("utf-8", "replace")
        if loop.time() > deadline:
            return None
        await asyncio.sleep(LOOK_SECONDS)


async def _tidy(trial: Trial, imap: Imap, codes: list[str]) -> None:
    """Trial mails are removed. What cannot be, or comes later, does no harm."""
    try:
        found = [uid for code in codes for uid in await imap.search_header(trial_mail.HEADER, code)]
        await imap.remove(found)
    except ImapTrouble as trouble:
        message = _("The trial mails could not be removed: %(reason)s They do no harm.") % {"reason": trouble}
        trial.note("tidied", message)


def _kept_id(header: str, message_id: str) -> bool:
    return f"<{message_id}>" in header


def _not_there(mailbox: Mailbox, address: str, timeout: float) -> str:
    words = {"address": address, "seconds": round(timeout), "folder": mailbox.imap_folder}
    return (
        _(
            "The trial mail to %(address)s did not arrive in “%(folder)s” within %(seconds)s seconds. Check that both"
            " servers belong to this address, and look into the junk folder."
        )
        % words
    )


def _without_plus() -> str:
    return _("Switch “plus addresses work” off for this mailbox.")
