"""What a mail holds besides words, as a message keeps it: only what is there.

disclaimer: notices of a firm · kind: what an automatic mail is · invitation: a meeting · security: signed or encrypted.
A line of a chat has `hidden`: kinds of numbers that were covered in it (see `chats.hiding`).
"""

from dataclasses import asdict

from ancora.conversations.channels.email.parsing import ParsedMail
from ancora.conversations.channels.email.parsing.describe import described_invitation
from ancora.conversations.channels.email.parsing.security import BROKEN, ENCRYPTED

# Warnings that say what `security` says too.
SECURITY_WARNINGS = (BROKEN, ENCRYPTED)
# Notices are all alike; so much of one is enough.
MOST_DISCLAIMER = 5000
PLAIN_KINDS = ("person", "list")


def enclosed_in(parsed: ParsedMail) -> dict:
    """As JSON; empty for the plain mail that most are."""
    found = {}
    if parsed.disclaimer:
        found["disclaimer"] = parsed.disclaimer[:MOST_DISCLAIMER]
    if parsed.kind not in PLAIN_KINDS:
        found["kind"] = parsed.kind
    if parsed.invitation:
        found["invitation"] = described_invitation(parsed.invitation)
    if parsed.security:
        found["security"] = asdict(parsed.security)
    return found
