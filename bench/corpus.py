"""The bulk corpus: N cases of two messages and one of thirty; every second case is open.

The word `xylophone` stands in one message of a hundred (in 203 cases at N = 10,000).
"""

import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from bench import words

WORD = "xylophone"


@dataclass(frozen=True, slots=True)
class Ticket:
    """messages alternate customer, agent · age_minutes: before now."""

    number: int
    subject: str
    name: str
    address: str
    is_open: bool
    age_minutes: int
    messages: list[str]


def tickets(count: int = 10_000, seed: int = 99) -> Iterator[Ticket]:
    dice = random.Random(seed)
    for number in range(count + 1):
        name, address = words.person(dice.randrange(300))
        is_last = number == count
        messages = [_message(dice, number, place, is_last) for place in range(30 if is_last else 2)]
        subject = " ".join(words.words(dice, dice.randint(3, 8))).capitalize()
        yield Ticket(
            number + 1,
            ("Thread of thirty " if is_last else "") + subject,
            name,
            address,
            is_last or number % 2 == 0,
            (count - number) * 30,
            messages,
        )


def cases_with_word(count: int = 10_000) -> int:
    return sum(any(WORD in message for message in ticket.messages) for ticket in tickets(count))


def _message(dice: random.Random, number: int, place: int, is_last: bool) -> str:
    body = words.body(dice)
    if zlib.crc32(b"m%d.%d" % (number, place)) % 100 == 7 and not is_last:
        body = body.replace("\n\n", f" {WORD}\n\n", 1)
    return body
