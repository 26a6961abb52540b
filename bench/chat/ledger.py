"""What was sent, what the store holds and what readers were shown, held against each other. Pure."""

from bisect import insort
from collections import Counter, defaultdict
from dataclasses import dataclass, field


@dataclass(slots=True)
class Line:
    """`sender` says its lines one after the other; nobody reads along where `reader` is empty. Times in seconds of one
    clock; `answered`: the number it was told, 0 while nobody said so; `heard_at`: when the reader had its words;
    `was_held_up`: it, or one before it, had to be sent again; `was_read`: the reader's stream was open."""

    sender: str
    reader: str
    place: int
    text: str
    posted_at: float
    ends: tuple[str, ...] = ()
    answered: int = 0
    is_refused: bool = False
    was_held_up: bool = False
    was_read: bool = True
    heard_at: float | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A line as the store has it."""

    place: int
    number: int
    text: str


@dataclass(slots=True)
class Screen:
    """What one reader was shown in one conversation, in the order in which it came; a number is drawn once."""

    shown: list[tuple[int, str]] = field(default_factory=list)
    numbers: dict[int, str] = field(default_factory=dict)
    clashes: int = 0

    def show(self, number: int, text: str) -> bool:
        """It stands below all others; whether it is news. The same number with other words is a clash."""
        if not self._is_news(number, text):
            return False
        self.shown.append((number, text))
        return True

    def draw(self, number: int, text: str) -> bool:
        """The same for what the server draws at its place."""
        if not self._is_news(number, text):
            return False
        insort(self.shown, (number, text))
        return True

    def _is_news(self, number: int, text: str) -> bool:
        if number in self.numbers:
            self.clashes += self.numbers[number] != text
            return False
        self.numbers[number] = text
        return True


@dataclass(frozen=True, slots=True)
class Findings:
    """`received`: lines that reached their reader, or the store where nobody reads. `lost`: answered with a number, and
    not in the store, or never shown to the reader. `unanswered`: still being sent, and not received. `doubled`: a text
    kept or shown twice, or two texts under one number. `reordered`: shown behind a higher number, kept in another order
    than its sender said it, or a gap in the numbers. `foreign`: shown in a conversation, and not kept there.
    `refused`: answered with no."""

    sent: int
    received: int
    lost: int
    unanswered: int
    doubled: int
    reordered: int
    foreign: int
    refused: int
    words: tuple[str, ...]


def check(lines: list[Line], kept: list[Kept], screens: dict[tuple[str, int], Screen]) -> Findings:
    """`screens`: by reader and conversation."""
    # What is kept twice stands where it was first.
    stored = {(one.place, one.text): one.number for one in sorted(kept, key=lambda one: -one.number)}
    words: list[str] = []

    def found(kind: str, many: list[str]) -> int:
        words.extend(f"{kind}: {one}" for one in many)
        return len(many)

    wanted = [line for line in lines if not line.is_refused]
    missing = [line for line in wanted if not _has_arrived(line, stored, screens)]
    return Findings(
        sent=len(lines),
        received=len(wanted) - len(missing),
        lost=found("lost", [_why(line, stored) for line in missing if line.answered]),
        unanswered=found("unanswered", [line.text for line in missing if not line.answered]),
        doubled=found("doubled", [*_kept_twice(kept), *_shown_twice(screens)]),
        reordered=found("reordered", [*_shown_late(screens), *_kept_inverted(wanted, stored), *_gaps(kept)]),
        foreign=found("foreign", _shown_astray(kept, screens)),
        refused=found("refused", [line.text for line in lines if line.is_refused]),
        words=tuple(words),
    )


def _has_arrived(line: Line, stored: dict, screens: dict) -> bool:
    number = stored.get((line.place, line.text))
    if number is None or number != line.answered:
        return False
    screen = screens.get((line.reader, line.place))
    return not line.reader or (screen is not None and screen.numbers.get(number) == line.text)


def _why(line: Line, stored: dict) -> str:
    number = stored.get((line.place, line.text))
    if number is None:
        return f"{line.text} was answered with {line.answered} and is not kept"
    if number != line.answered:
        return f"{line.text} was answered with {line.answered} and kept as {number}"
    return f"{line.text} never reached {line.reader}"


def _kept_twice(kept: list[Kept]) -> list[str]:
    texts = Counter((one.place, one.text) for one in kept)
    numbers = Counter((one.place, one.number) for one in kept)
    twice = [f"{text} is kept {many} times" for (_place, text), many in texts.items() if many > 1]
    return twice + [f"number {number} is kept {many} times" for (_, number), many in numbers.items() if many > 1]


def _shown_twice(screens: dict[tuple[str, int], Screen]) -> list[str]:
    found = []
    for (reader, _place), screen in screens.items():
        times = Counter(text for _number, text in screen.shown)
        found += [f"{text} was shown to {reader} {many} times" for text, many in times.items() if many > 1]
        found += [f"{reader} was shown other words under one number"] * screen.clashes
    return found


def _shown_late(screens: dict[tuple[str, int], Screen]) -> list[str]:
    found = []
    for (reader, _place), screen in screens.items():
        newest = 0
        for number, text in screen.shown:
            if number < newest:
                found.append(f"{text} ({number}) was shown to {reader} after {newest}")
            newest = max(newest, number)
    return found


def _shown_astray(kept: list[Kept], screens: dict[tuple[str, int], Screen]) -> list[str]:
    known = {(one.place, one.number, one.text) for one in kept}
    return [
        f"{text} ({number}) was shown to {reader} in {place}, and is not kept there"
        for (reader, place), screen in screens.items()
        for number, text in screen.shown
        if (place, number, text) not in known
    ]


def _kept_inverted(lines: list[Line], stored: dict) -> list[str]:
    found, newest = [], defaultdict(int)
    for line in lines:
        number = stored.get((line.place, line.text), 0)
        if number and number < newest[line.sender, line.place]:
            found.append(f"{line.text} is kept as {number}, before what {line.sender} said earlier")
        newest[line.sender, line.place] = max(newest[line.sender, line.place], number)
    return found


def _gaps(kept: list[Kept]) -> list[str]:
    numbers = defaultdict(set)
    for one in kept:
        numbers[one.place].add(one.number)
    return [
        f"number {number} is missing in {place}"
        for place, known in numbers.items()
        for number in sorted(set(range(1, max(known) + 1)) - known)
    ]
