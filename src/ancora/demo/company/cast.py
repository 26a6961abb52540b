"""The people of the demo company and its customers, read from content/cast.toml."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Team:
    name: str
    purpose: str


@dataclass(frozen=True)
class Mailbox:
    key: str
    address: str
    name: str
    team: str
    purpose: str


@dataclass(frozen=True)
class Person:
    """`role` is observer, agent, lead or administrator."""

    key: str
    name: str
    email: str
    role: str
    language: str
    teams: tuple[str, ...]


@dataclass(frozen=True)
class Customer:
    """`client` is the manner of the mail program: plain, web, desk or phone (see quoting.py); who has no `since` is
    a stranger who only wrote once."""

    key: str
    name: str
    emails: tuple[str, ...]
    language: str
    title: str
    client: str
    since: date | None = None
    phone: str | None = None
    signature: str | None = None
    organisation: str | None = None

    @property
    def first_name(self) -> str:
        return self.name.split()[0]

    @property
    def last_name(self) -> str:
        return self.name.split(maxsplit=1)[-1]


@dataclass(frozen=True)
class Cast:
    name: str
    demo_person: str
    teams: tuple[Team, ...]
    mailboxes: dict[str, Mailbox]
    people: dict[str, Person]
    customers: dict[str, Customer]
    tags: tuple[str, ...]
    outcomes: dict[str, str]


@cache
def cast() -> Cast:
    read = tomllib.loads(files(__package__).joinpath("content", "cast.toml").read_text(encoding="utf-8"))
    return Cast(
        name=read["name"],
        demo_person=read["demo_person"],
        teams=tuple(Team(**team) for team in read["teams"]),
        mailboxes={key: Mailbox(key=key, **mailbox) for key, mailbox in read["mailboxes"].items()},
        people={key: _person(key, fields) for key, fields in read["people"].items()},
        customers={key: _customer(key, fields) for key, fields in read["customers"].items()},
        tags=tuple(read["tags"]),
        outcomes=read["outcomes"],
    )


def _person(key: str, fields: dict) -> Person:
    return Person(key=key, **{**fields, "teams": tuple(fields["teams"])})


def _customer(key: str, fields: dict) -> Customer:
    defaults = {"title": "", "client": "web"}
    return Customer(key=key, **{**defaults, **fields, "emails": tuple(fields["emails"])})
