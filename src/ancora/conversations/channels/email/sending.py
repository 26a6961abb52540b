"""One attempt to hand a mail to the mailbox's server, in the words of the contract."""

import logging

from django.db import InterfaceError, OperationalError

from ancora.conversations.channels.contract import Ending, Handover, SendResult
from ancora.conversations.channels.email.smtp import Account, NotSent, PerhapsSent, ServerTrouble, Transaction

log = logging.getLogger("ancora.sending")


def send_mail(mailbox, handover: Handover) -> SendResult:
    """The transaction with the server. What the database raises before DATA ends it: nothing was sent."""
    smtp = Transaction(Account.outgoing_of(mailbox), own_name=handover.sender.rpartition("@")[2])
    # The server waits for its QUIT until it is written down what it said.
    handover.afterwards(smtp.close)
    try:
        smtp.open()
        handover.works()
        answers = smtp.envelope(handover.sender, handover.recipients, utf8=_is_utf8(handover.content))
    except ServerTrouble as error:
        return SendResult(Ending.AWAY, str(error))
    except NotSent as error:
        return SendResult(Ending.REFUSED if error.is_final else Ending.LATER, str(error))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        log.exception("Before a mail was handed over")
        return SendResult(Ending.LATER, f"{type(error).__name__}: {error}")
    taken = tuple(address for address, answer in answers.items() if answer.is_accepted)
    if not taken:
        return SendResult(Ending.REFUSED, "", answers=answers)
    handover.begin(answers)
    return _hand_over(smtp, handover.content, taken)


def _hand_over(smtp: Transaction, raw: bytes, taken: tuple[str, ...]) -> SendResult:
    """DATA, the text, and what the answer means for those whose RCPT was accepted."""
    try:
        answer = smtp.content(raw)
    except NotSent as error:
        return SendResult(Ending.LATER, str(error), taken)
    except PerhapsSent as error:
        return SendResult(Ending.UNKNOWN, str(error), taken)
    except Exception as error:
        log.exception("While a text was handed over")
        return SendResult(Ending.UNKNOWN, f"{type(error).__name__}: {error}", taken)
    if answer.is_accepted:
        return SendResult(Ending.ACCEPTED, str(answer), taken)
    return SendResult(Ending.REFUSED if answer.is_final else Ending.LATER, str(answer), taken)


def _is_utf8(raw: bytes) -> bool:
    return not raw.partition(b"\r\n\r\n")[0].isascii()
