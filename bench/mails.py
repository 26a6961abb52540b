"""Deterministic RFC 822 mails: by default 1,000, of which 700 begin a thread and 300 answer one, from 300 senders.

Replies can be threaded only by In-Reply-To and References, which point at the customer's own earlier mails; one mail
in ten has non-ASCII text.
"""

import random
from collections.abc import Iterator
from email.utils import formatdate

from bench import words

FIRST_AT = 1717228800
# Threads that may still be answered: the generator itself stays small.
MOST_OPEN = 1000


def mails(
    count: int = 1000, *, senders: int = 300, to: str = "support@desk.example", seed: int = 20240601
) -> Iterator[bytes]:
    """The mails in the order of their arrival."""
    dice = random.Random(seed)
    replies = count * 3 // 10
    kinds = ["new"] * (count - replies - 20) + ["reply"] * replies
    dice.shuffle(kinds)
    threads: list[dict] = []
    known: set[int] = set()
    # The first twenty always begin a thread, so that there is something to answer.
    for number, kind in enumerate(["new"] * 20 + kinds):
        message_id = f"<m{number:05d}.{dice.randrange(10**9)}@customers.example>"
        body = words.body(dice)
        if number % 10 == 3:
            body = "Grüße aus Köln, très cher.\n\n" + body
        if kind == "new":
            headers, text = _begin(dice, threads, known, senders, message_id, body)
        else:
            headers, text = _answer(dice, threads, message_id, body)
        yield _raw(number, headers, to, message_id, text)


def threads_expected(count: int = 1000) -> int:
    return count - count * 3 // 10


def _begin(dice, threads, known, senders, message_id, body):
    # Every sender appears once before any appears again.
    sender = len(known) if len(known) < senders else dice.randrange(senders)
    known.add(sender)
    subject = " ".join(words.words(dice, dice.randint(3, 8))).capitalize()
    threads.append({"sender": sender, "subject": subject, "ids": [message_id], "last": body})
    del threads[:-MOST_OPEN]
    return {"sender": sender, "subject": subject, "extra": []}, body


def _answer(dice, threads, message_id, body):
    thread = dice.choice(threads)
    extra = [f"In-Reply-To: {thread['ids'][-1]}", "References: " + "\r\n ".join(thread["ids"][-8:])]
    quoted = "\n".join("> " + line for line in thread["last"].split("\n")[:12])
    thread["ids"].append(message_id)
    thread["last"] = body
    headers = {"sender": thread["sender"], "subject": "Re: " + thread["subject"], "extra": extra}
    return headers, f"{body}\n\nOn Sat, 1 Jun 2024 the help desk wrote:\n{quoted}"


def _raw(number: int, headers: dict, to: str, message_id: str, text: str) -> bytes:
    name, address = words.person(headers["sender"])
    at = formatdate(FIRST_AT + number * 60)
    lines = [
        f"Return-Path: <{address}>",
        f"Received: from mx.customers.example (localhost [127.0.0.1]) by mx.desk.example; {at}",
        f"From: {name} <{address}>",
        f"To: Support <{to}>",
        f"Subject: {headers['subject']}",
        f"Date: {at}",
        f"Message-ID: {message_id}",
        *headers["extra"],
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "User-Agent: bench/1",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + text.replace("\n", "\r\n") + "\r\n").encode()
