"""The reply token: what makes an answer find its conversation whatever a mail program does to the thread.

It stands in the plus address of Reply-To (`support+1042-k3j2…@example.com`) and in our own Message-IDs, so that
In-Reply-To carries it too. It is an HMAC of the reference and cannot be guessed.
"""

import re
import secrets

from ancora.platform import keys

_PURPOSE = "reply-token"
_IN_ADDRESS = re.compile(r"\+(\d{1,18})-([a-z2-7]{16})@", re.IGNORECASE)
_IN_MESSAGE_ID = re.compile(r"^(\d{1,18})\.[0-9a-f]+\.([a-z2-7]{16})@", re.IGNORECASE)
_IN_SUBJECT = re.compile(r"(?:^|[\s\[(])#(\d{1,18})(?:$|[\s\]):.,])")


def reply_address(address: str, reference: int) -> str:
    """`address` with the token of the conversation `reference` as its plus part."""
    local, _, domain = address.partition("@")
    return f"{local}+{reference}-{_token(reference)}@{domain}"


def new_message_id(reference: int, domain: str) -> str:
    """A Message-ID (without angle brackets) of our own that names and proves its conversation."""
    return f"{reference}.{secrets.token_hex(8)}.{_token(reference)}@{domain}"


def reference_in_address(address: str) -> int | None:
    """The reference whose true token is in this address."""
    return _proved(_IN_ADDRESS.search(address))


def reference_in_message_id(message_id: str) -> int | None:
    """The reference that one of our own Message-IDs proves."""
    return _proved(_IN_MESSAGE_ID.match(message_id))


def references_in_subject(subject: str) -> list[int]:
    """Numbers written like #1042 in a subject: a hint, no proof."""
    return [int(number) for number in _IN_SUBJECT.findall(subject)][:5]


def without_token(address: str) -> str:
    """The address as people know it."""
    return _IN_ADDRESS.sub("@", address)


def _token(reference: int) -> str:
    return keys.sign(_PURPOSE, str(reference))


def _proved(match: re.Match | None) -> int | None:
    if match and keys.is_signed(_PURPOSE, match[1], match[2]):
        return int(match[1])
    return None
