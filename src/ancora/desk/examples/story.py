"""The texts of the examples, one file for each language, in the form of TOML."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Step:
    """kind: mail (of the customer), answer or note (of whoever puts the examples in), own (the case is theirs),
    priority, wait or resolve · `hours_ago`: when · `file`: what a mail encloses."""

    kind: str
    hours_ago: float
    text: str = ""
    file: str = ""
    priority: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    address: str
    subject: str
    steps: tuple[Step, ...]


@cache
def examples_in(language: str) -> tuple[Example, ...]:
    """The examples, each beginning with a customer's mail and in time order; English where the language has none."""
    folder = files("ancora.desk.examples") / "content"
    path = folder / f"{language}.toml"
    told = tomllib.loads((path if path.is_file() else folder / "en.toml").read_text("utf-8"))
    return tuple(
        Example(one["name"], one["address"], one["subject"], tuple(Step(**step) for step in one["steps"]))
        for one in told["examples"]
    )


def content_of(name: str) -> bytes:
    """The bytes of a file that a mail encloses."""
    return (files("ancora.desk.examples") / "content" / name).read_bytes()
