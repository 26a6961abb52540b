"""Reads the scripts in content/*.txt.

A script begins with a heading, `## key | customer | days ago | mailbox | tags | priority | with`, then the subject,
an empty line, and the first mail. Each further step begins with a line `@verb words… +gap`, followed by its text:

    @mail [2] · @auto · @bounce         the customer writes (from the second address), their program answers
    @reply person · @note person        an agent answers, or notes for colleagues
    @take person · @assign person to · @hand person Team [to] (the text says why)
    @tag person tag… · @priority person level · @wait person customer|third_party|us
    @resolve person outcome · @spam person · @trash person

`+gap` (`+20m`, `+3h`, `+2d`) is the time since the step before; without it a plausible one is drawn. Words like
`photo:leak.png`, `inline:photo.png`, `invoice:…`, `label:…`, `guide:…`, `table:…` put a file into a mail;
`order:8831` quotes that order's confirmation below it. In texts `{d-5}`, `{w+2}`, `{m-1}` and `{y}` stand for a day,
a weekday (never Sunday), a month and the year, counted from the day of writing.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from importlib.resources import files

GAP = re.compile(r"^\+(\d+)([mhd])$")
ENCLOSURE = re.compile(r"^(photo|inline|invoice|label|guide|table|order):(.+)$")


@dataclass(frozen=True)
class Cue:
    """One step as written: `gap` is None when the layout may draw one, in days when `gap_days` is set."""

    verb: str
    words: tuple[str, ...] = ()
    text: str = ""
    gap: timedelta | None = None
    gap_days: int = 0
    enclosures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Script:
    key: str
    customer: str
    days_ago: float
    mailbox: str
    tags: tuple[str, ...]
    priority: str
    subject: str
    cues: tuple[Cue, ...] = field(default=())


def scripts() -> list[Script]:
    """All scripts, file by file in the order of their names."""
    folder = files(__package__).joinpath("content")
    texts = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".txt")), key=lambda entry: entry.name)
    return [script for entry in texts for script in read(entry.read_text(encoding="utf-8"))]


def read(text: str) -> list[Script]:
    return [_script(part) for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]]


def _script(part: str) -> Script:
    heading, subject, _, *lines = part.splitlines()
    key, customer, days_ago, mailbox, tags, priority, *enclosures = [word.strip() for word in heading.split("|")]
    opening, *cues = _split("\n".join(["@mail " + " ".join(enclosures), *lines]))
    return Script(
        key=key,
        customer=customer,
        days_ago=float(days_ago),
        mailbox=mailbox,
        tags=tuple(tags.split()),
        priority=priority or "normal",
        subject=subject.strip(),
        cues=(opening, *cues),
    )


def _split(text: str) -> list[Cue]:
    return [_cue(*part.partition("\n")[::2]) for part in re.split(r"^@", text, flags=re.MULTILINE)[1:]]


def _cue(line: str, text: str) -> Cue:
    verb, *rest = line.split()
    gap, gap_days, words, enclosures = None, 0, [], []
    for word in rest:
        if match := GAP.match(word):
            number, unit = int(match[1]), match[2]
            gap_days = number if unit == "d" else 0
            gap = timedelta(minutes=number) if unit == "m" else timedelta(hours=number) if unit == "h" else timedelta()
        elif match := ENCLOSURE.match(word):
            enclosures.append((match[1], match[2]))
        else:
            words.append(word)
    return Cue(verb, tuple(words), text.strip(), gap, gap_days, tuple(enclosures))
