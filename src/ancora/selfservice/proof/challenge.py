"""A sum that is easy to check."""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from datetime import timedelta

from django.utils.translation import gettext as _

from ancora.conversations.chats.visitors import digest_of
from ancora.platform import clock, keys
from ancora.platform.errors import Refusal

ALGORITHM = "SHA-256"
# Half of it on average: about a second on an old phone.
MOST_NUMBER = 200_000
VALID_FOR = timedelta(minutes=10)
LONGEST = 1000
_PURPOSE = "chat-proof"
_SIGNATURE_LENGTH = 52


class Unproved(Refusal):
    """This browser has its sum to do: `challenge`."""

    def __init__(self, challenge: dict):
        super().__init__(_("One moment: many are writing just now, so your browser does a small sum before it sends."))
        self.challenge = challenge


def challenge_for(account_id: int, visitor_token: str) -> dict:
    """A new sum for this browser, as it is sent."""
    ends = int((clock.now() + VALID_FOR).timestamp())
    # The last sign keeps the digits of the number apart from those of the time.
    salt = f"{secrets.token_hex(10)}?expires={ends}&"
    wanted = _sum(salt, secrets.randbelow(MOST_NUMBER + 1))
    return {
        "algorithm": ALGORITHM,
        "challenge": wanted,
        "salt": salt,
        "maxnumber": MOST_NUMBER,
        "signature": keys.sign(_PURPOSE, _bound(account_id, visitor_token, wanted), _SIGNATURE_LENGTH),
    }


def is_solved(account_id: int, visitor_token: str, proof: str) -> bool:
    """Whether `proof`, the base64 of a JSON object with what was sent and the `number`, solves a sum that was set to
    this browser and is not over."""
    given = _read(proof)
    salt, number, wanted, signature = (given.get(name) for name in ("salt", "number", "challenge", "signature"))
    if not all(isinstance(word, str) and word.isascii() for word in (salt, wanted, signature)):
        return False
    if type(number) is not int or not 0 <= number <= MOST_NUMBER or given.get("algorithm") != ALGORITHM:
        return False
    return (
        _ends(salt) > clock.now().timestamp()
        and hmac.compare_digest(_sum(salt, number), wanted)
        and len(signature) == _SIGNATURE_LENGTH
        and keys.is_signed(_PURPOSE, _bound(account_id, visitor_token, wanted), signature)
    )


def _sum(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode()).hexdigest()


def _bound(account_id: int, visitor_token: str, wanted: str) -> str:
    return f"{account_id} {digest_of(visitor_token)} {wanted}"


def _ends(salt: str) -> int:
    _random, _mark, ends = salt.partition("?expires=")
    return int(ends[:-1]) if ends.endswith("&") and ends[:-1].isdecimal() and len(ends) < 14 else 0


def _read(proof: str) -> dict:
    try:
        found = json.loads(base64.b64decode(proof, validate=True)) if 0 < len(proof) <= LONGEST else {}
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
