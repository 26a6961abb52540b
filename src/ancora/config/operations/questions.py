"""Questions on the terminal whose answers a form checks."""

import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from ancora.platform.errors import Refusal


@dataclass(frozen=True, slots=True)
class Question:
    """name: the form's field · option: what gives the answer on the command line · default: taken for an empty
    answer · secret: not shown while it is typed."""

    name: str
    option: str
    label: str
    default: str = ""
    secret: bool = False
    choices: tuple[str, ...] = field(default=())


def answers(
    questions: list[Question], given: dict[str, str], check: Callable[[dict], dict[str, list[str]]], *, ask: bool
) -> dict[str, str]:
    """One answer for each question: the one given, else asked for, else the default.

    `check` takes the answers and returns what is wrong by field; with `ask` those are asked again, without it
    they are refused with the option's name.
    """
    found = dict(given)
    for question in questions:
        if question.name not in found:
            found[question.name] = _ask(question) if ask else question.default
    while faults := check(found):
        lines = [f"  {_label(questions, name)}: {' '.join(words)}" for name, words in faults.items()]
        again = [question for question in questions if question.name in faults]
        if not ask or not again:
            raise Refusal("This is missing or wrong; nothing was changed.\n" + "\n".join(lines))
        print("\n".join(lines))
        for question in again:
            found[question.name] = _ask(question)
    return found


def agrees(words: str) -> bool:
    """A yes; everything else is a no."""
    return _line(f"{words} [y/N] ").lower() in ("y", "yes", "s", "sì", "si")


def _ask(question: Question) -> str:
    hint = f" ({'/'.join(question.choices)})" if question.choices else ""
    default = f" [{question.default}]" if question.default and not question.secret else ""
    prompt = f"{question.label}{hint}{default}: "
    return (_secret(prompt) if question.secret else _line(prompt)) or question.default


def _line(prompt: str) -> str:
    try:
        return input(prompt).strip()
    except EOFError:
        raise _silent() from None


def _secret(prompt: str) -> str:
    if not sys.stdin.isatty():
        return _line(prompt)
    return getpass.getpass(prompt)


def _silent() -> Refusal:
    return Refusal(
        "Nobody answers here. Give the answers as options together with --no-input; see: ancora setup --help"
    )


def _label(questions: list[Question], name: str) -> str:
    found = next((question for question in questions if question.name == name), None)
    return f"{found.label} (--{found.option})" if found else name.replace("_", " ")
