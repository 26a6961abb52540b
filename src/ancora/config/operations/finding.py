"""What the doctor finds, one line each."""

from dataclasses import dataclass

GOOD, NOTE, WRONG = "good", "note", "wrong"
MARKS = {GOOD: "✓", NOTE: "!", WRONG: "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """subject: what was looked at · level: good, note (worth a look) or wrong · words: what is so · advice: what to
    do about it."""

    subject: str
    level: str
    words: str
    advice: str = ""

    def line(self) -> str:
        said = f"{MARKS[self.level]} {self.subject}: {self.words}"
        return f"{said}\n    {self.advice}" if self.advice else said


def good(subject: str, words: str) -> Finding:
    return Finding(subject, GOOD, words)


def note(subject: str, words: str, advice: str) -> Finding:
    return Finding(subject, NOTE, words, advice)


def wrong(subject: str, words: str, advice: str) -> Finding:
    return Finding(subject, WRONG, words, advice)


def age(seconds: float) -> str:
    """A length of time as people say it."""
    for unit, length in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{round(seconds / length)} {unit}"
    return f"{round(seconds)} seconds"
