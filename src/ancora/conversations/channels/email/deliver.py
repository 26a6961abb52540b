"""Mail files put through the real intake, for scripts: one mail, one JSON object, one line."""

import errno
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from ancora.conversations.channels.email.mail_files import mails_in
from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.commands.intake import Result, process_arrival
from ancora.conversations.commands.receive import receive
from ancora.conversations.models import Conversation, Mailbox
from ancora.conversations.tokens import without_token
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import StorageFull

UNKNOWN_ADDRESS = 2
_HEADER_END = re.compile(rb"\r?\n\r?\n")


def main(paths: list[str], to: str, *, case_of: Callable[[int], int | None]) -> int:
    """Deliver every mail in `paths` to the mailbox `to`; stdout carries only JSON. The exit code is 0, also for
    mails that nobody can read; 1 when a file cannot be read or stored, 2 when no mailbox has this address.

    `case_of` gives the number of the case of a conversation, by its id.
    """
    mailbox = mailbox_with(to)
    if mailbox is None:
        known = ", ".join(box.address for box in Mailbox.objects.order_by("id")) or "none"
        print(f"No mailbox has the address {to}. Mailboxes: {known}.", file=sys.stderr)
        return UNKNOWN_ADDRESS
    code = 0
    for path in paths:
        try:
            for file, raw in mails_in(Path(path)):
                _print(_delivered(file, raw, mailbox, case_of))
        except StorageFull as error:
            print(f"{path}: {error.strerror}", file=sys.stderr)
            return 1
        except (OSError, ValueError) as error:
            print(f"{path}: {getattr(error, 'strerror', None) or error}", file=sys.stderr)
            code = 1
    drain()
    return code


def mailbox_with(address: str) -> Mailbox | None:
    """The mailbox of an address, whatever its plus part."""
    local, _at, domain = without_token(address.strip().lower()).rpartition("@")
    wanted = {f"{local}@{domain}", f"{local.partition('+')[0]}@{domain}"}
    return next((box for box in Mailbox.objects.order_by("id") if wanted & set(box.addresses)), None)


def _delivered(file: Path, raw: bytes, mailbox: Mailbox, case_of) -> dict:
    arrival_id = receive(raw, key=f"file:{uuid4().hex}", mailbox=mailbox)
    result = _processed(arrival_id)
    conversation_id = result.conversation_id
    numbers = Conversation.objects.filter(pk=conversation_id).values_list("reference", flat=True)
    return {
        "file": str(file).encode("utf-8", "replace").decode(),
        # Of the header alone: the intake has read the whole.
        "message_id": parse(_HEADER_END.split(raw, 1)[0] + b"\n\n").message_id,
        "outcome": result.outcome,
        "case": case_of(conversation_id) if conversation_id else None,
        "conversation": numbers.first() if conversation_id else None,
        "rung": result.rung or None,
        "reason": result.reason or None,
    }


def _processed(arrival_id: int) -> Result:
    """Read until it is done or in quarantine: nobody comes back later."""
    while (result := process_arrival(arrival_id)).outcome == "pending":
        if result.waits_for == "room":
            raise StorageFull(errno.ENOSPC, result.reason)
        if result.waits_for:
            # A worker is reading an older mail that this one may answer.
            time.sleep(0.1)
    return result


def _print(found: dict) -> None:
    sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    sys.stdout.buffer.flush()
