"""Damaged mails by the hundred thousand: none may stop the reader, none may hold it up.

Each mail is made from a number alone, so that any of them can be made again, and a process that hangs is stopped and
goes on behind the mail that hung it.
"""

import json
import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ancora.conversations.channels.email.parsing.describe import described
from ancora.conversations.channels.email.parsing.reading import read
from bench.mails import mails
from bench.ugly import ugly_mails

SLOWEST = 5
# A mail that takes longer than this has a shape that somebody could use to stop us.
MOST_SECONDS = 5.0
HUNG_SECONDS = 30.0
MOST_BYTES = 400_000
# Mails after which a process tells how far it is.
STRETCH = 500
SPLINTERS = [
    b"\0", b"\xff", b"\xed\xa0\x80", b"=?", b"?=", b"=?utf-8?b?", b"=?utf-8?q?=", b"\r\n", b"\n\n", b"\r", b"--x",
    b"--x--", b'"', b"(", b"<", b">", b";", b":", b"@", b"=", b"Content-Type: multipart/mixed\r\n", b"charset=utf-16",
    b"charset=idna", b"charset=utf-7", b"+2AA-", b"&#0;", b"&#xD800;", b"<div", b"</p>", b"<blockquote>", b"> ",
    b">>> ", b"-- \n", b"---\n", b"begin 644 x\n", b"BEGIN:VEVENT\r\n", b"wrote:\n", b"From: x\nSent: y\n", b"\x30\x80",
    b"-----BEGIN PGP MESSAGE-----\n", b"% %", b"xn--", b"\xe2\x80\xae", b"\t \t", b"_" * 40, b"\n\n\n\n",
    b"-----Original Message-----\n", b"Mit freundlichen Gr\xc3\xbc\xc3\x9fen\n",
]  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What came of a stretch of mails."""

    end: int = 0
    done: int = 0
    bytes: int = 0
    cpu: float = 0.0
    exceptions: list[dict] = field(default_factory=list)
    slowest: list[tuple[float, int, int]] = field(default_factory=list)


def seeds() -> list[bytes]:
    """Own mails, and the public ones where they are at hand."""
    found = [*ugly_mails(), *mails(60)]
    folder = Path(os.environ.get("ANCORA_TEST_DATA", "/nonexistent")) / "mail"
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".json", ".md"))
    return found + [path.read_bytes()[:MOST_BYTES] for path in paths]


def mutated(number: int, seed: int, sources: list[bytes]) -> bytes:
    """The mail of this number: one or two sources, damaged one to eight times."""
    dice = random.Random(f"{seed}:{number}")
    raw = dice.choice(sources)
    for _ in range(dice.randint(1, 8)):
        raw = dice.choice(DAMAGES)(dice, raw, sources)[:MOST_BYTES]
    return raw


def removed(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    start, end = stretch(dice, raw)
    return raw[:start] + raw[end:]


def repeated(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    start, end = stretch(dice, raw)
    times = dice.choice((1, 2, 10, 100, 1000, 10_000))
    return raw[:end] + raw[start:end] * min(times, MOST_BYTES // max(1, end - start)) + raw[end:]


def splintered(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    place = dice.randrange(len(raw) + 1)
    return raw[:place] + dice.choice(SPLINTERS) * dice.choice((1, 1, 1, 2, 50, 2000)) + raw[place:]


def flipped(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    changed = bytearray(raw)
    for _ in range(dice.randint(1, 20) if changed else 0):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut_off(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    return raw[: dice.randrange(len(raw) + 1)]


def shuffled(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    lines = raw.split(b"\n")
    for _ in range(dice.randint(1, 6)):
        one, two = dice.randrange(len(lines)), dice.randrange(len(lines))
        lines[one], lines[two] = lines[two], lines[one]
    return b"\n".join(lines)


def grafted(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    other = dice.choice(sources)
    start, end = stretch(dice, other)
    place = dice.randrange(len(raw) + 1)
    return raw[:place] + other[start:end] + raw[place:]


def nested(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    kind = dice.choice((b"message/rfc822", b"multipart/mixed; boundary=x", b"application/pkcs7-mime", b"text/html"))
    return b"Content-Type: multipart/mixed; boundary=n\n\n--n\nContent-Type: " + kind + b"\n\n" + raw + b"\n--n--\n"


def joined_lines(dice: random.Random, raw: bytes, sources: list[bytes]) -> bytes:
    return raw.replace(b"\n", dice.choice((b"", b" ", b"\r", b"\r\n", b"\n\n")), dice.choice((1, 5, -1)))


DAMAGES = (removed, repeated, splintered, flipped, cut_off, shuffled, grafted, nested, joined_lines)


def stretch(dice: random.Random, raw: bytes) -> tuple[int, int]:
    start = dice.randrange(len(raw) + 1)
    return start, min(len(raw), start + dice.choice((1, 2, 8, 40, 200, 2000)))


def taken_in(number: int, raw: bytes, tally: Tally) -> None:
    """Read one mail and note what came of it."""
    begin = time.process_time()
    try:
        line = json.dumps(described(read(raw, [])), ensure_ascii=False)
        line.encode("utf-8")
        if "\\u0000" in line:
            raise ValueError("a NUL is in the result")
    except Exception as error:  # noqa: BLE001 this is what is looked for
        tally.exceptions.append({"mail": number, "error": f"{type(error).__name__}: {error}"[:300]})
    seconds = time.process_time() - begin
    tally.done, tally.bytes, tally.cpu = tally.done + 1, tally.bytes + len(raw), tally.cpu + seconds
    tally.slowest = sorted([*tally.slowest, (seconds, number, len(raw))], reverse=True)[:SLOWEST]


def work(first: int, last: int, skipped: list[int], seed: int, at, pipe) -> None:
    """In a process of its own: `at` always holds the number of the mail being read and when that began."""
    sources, tally = seeds(), Tally()
    read(sources[0], [])
    for number in range(first, last):
        if number not in skipped:
            at[0], at[1] = number, time.monotonic()
            taken_in(number, mutated(number, seed, sources), tally)
        if number % STRETCH == STRETCH - 1 or number == last - 1:
            tally.end = number + 1
            pipe.send(tally)
            tally = Tally()


def stretches(count: int, seed: int) -> Iterator[Tally | int]:
    """The tallies of all mails, and the numbers of those that hung or killed the process."""
    first, skipped = 0, []
    context = multiprocessing.get_context("spawn")
    while first < count:
        at, (ours, theirs) = context.Array("d", 2), context.Pipe(duplex=False)
        at[0], at[1] = first, time.monotonic() + 60
        process = context.Process(target=work, args=(first, count, skipped, seed, at, theirs), daemon=True)
        process.start()
        theirs.close()
        for tally in tallies(process, ours, at):
            first = tally.end
            yield tally
        process.join()
        if first < count:
            # What was read since the last tally is read again, but for the mail that is to blame.
            skipped.append(int(at[0]))
            yield skipped[-1]


def tallies(process, pipe, at) -> Iterator[Tally]:
    """What a process sends until it ends; one that hangs is ended."""
    while True:
        try:
            if pipe.poll(1):
                yield pipe.recv()
            elif time.monotonic() - at[1] > HUNG_SECONDS and process.is_alive():
                process.kill()
        except EOFError:
            return


def measure(count: int, seed: int, *, progress=None) -> dict:
    """Read `count` mutated mails; the dictionary is what `--json` prints."""
    begin, total, hung = time.perf_counter(), Tally(), []
    for found in stretches(count, seed):
        if isinstance(found, int):
            hung.append(found)
            continue
        total.done, total.bytes, total.cpu = total.done + found.done, total.bytes + found.bytes, total.cpu + found.cpu
        total.exceptions += found.exceptions
        total.slowest = sorted([*total.slowest, *found.slowest], reverse=True)[:SLOWEST]
        if progress:
            progress(total.done)
    seconds = time.perf_counter() - begin
    slowest = [{"mail": number, "ms": round(cpu * 1000, 1), "bytes": size} for cpu, number, size in total.slowest]
    return {
        "work": "mutations",
        "count": count,
        "seed": seed,
        "done": total.done,
        "bytes": total.bytes,
        "seconds": round(seconds, 1),
        "mails_per_s": round(total.done / seconds, 1),
        "cpu_ms_per_mail": round(total.cpu * 1000 / max(1, total.done), 3),
        "slowest": slowest,
        "exceptions": total.exceptions[:50],
        "hung": hung,
        "ok": not total.exceptions and not hung and all(one["ms"] < MOST_SECONDS * 1000 for one in slowest),
    }
