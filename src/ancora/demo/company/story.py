"""The whole company at a moment: people, customers, and the scripts laid out so that they end before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ancora.demo.company.cast import Customer, Mailbox, Person, Team, cast
from ancora.demo.company.dice import dice
from ancora.demo.company.opening_hours import WAKING_DAY, before, waking
from ancora.demo.company.screenplay import Script, scripts
from ancora.demo.company.staging import staged
from ancora.demo.company.steps import (
    Assigned,
    Closed,
    CustomerMail,
    HandedOver,
    MarkedSpam,
    Resolved,
    Step,
    Trashed,
    WaitingOn,
)

SPAN = timedelta(days=60)
CLOSES_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Case:
    """`customer` and `mailbox` are keys of the company; `status` and `owner` say how the case stands after its steps.

    Statuses: open, waiting_customer, waiting_third_party, waiting_us, resolved, closed, spam, trash.
    """

    key: str
    customer: str
    mailbox: str
    language: str
    subject: str
    steps: tuple[Step, ...]
    status: str
    owner: str | None
    team: str


@dataclass(frozen=True)
class Company:
    """`customers` holds who is known before the story; `demo_person` is who the newcomer signs in as."""

    name: str
    now: datetime
    demo_person: str
    teams: tuple[Team, ...]
    mailboxes: dict[str, Mailbox]
    people: dict[str, Person]
    customers: dict[str, Customer]
    tags: tuple[str, ...]
    outcomes: tuple[str, ...]
    cases: tuple[Case, ...]

    def steps(self) -> Iterator[tuple[int, Step]]:
        """Every step of every case with the index of its case, in the order of time."""
        every = (
            (step.at, case, place) for case, each in enumerate(self.cases) for place, step in enumerate(each.steps)
        )
        for _, case, place in sorted(every):
            yield case, self.cases[case].steps[place]


def story(now: datetime) -> Company:
    """The company as it stands at `now` (aware): the same cases and words at every run, oldest case first."""
    now = now.astimezone(UTC).replace(microsecond=0)
    players = cast()
    cases = sorted((_case(script, now) for script in scripts()), key=lambda case: (case.steps[0].at, case.key))
    return Company(
        name=players.name,
        now=now,
        demo_person=players.demo_person,
        teams=players.teams,
        mailboxes=players.mailboxes,
        people=players.people,
        customers={key: customer for key, customer in players.customers.items() if customer.since},
        tags=players.tags,
        outcomes=tuple(players.outcomes.values()),
        cases=tuple(cases),
    )


def _case(script: Script, now: datetime) -> Case:
    steps = _steps_before(script, now)
    last = steps[-1]
    if isinstance(last, Resolved) and last.at + CLOSES_AFTER <= now:
        steps = (*steps, Closed(last.at + CLOSES_AFTER))
    status, owner, team = _standing(steps, cast().mailboxes[script.mailbox].team)
    language = cast().customers[script.customer].language
    return Case(script.key, script.customer, script.mailbox, language, steps[0].subject, steps, status, owner, team)


def _steps_before(script: Script, now: datetime) -> tuple[Step, ...]:
    """The script begun as many waking days ago as it says, or as much earlier as lets it end by `now`."""
    jitter = dice(f"start:{script.key}").random() * min(1, script.days_ago) * timedelta(minutes=40)
    ago = script.days_ago * WAKING_DAY + jitter
    while True:
        steps = staged(script, cast(), before(now, ago, waking).replace(microsecond=0))
        if steps[-1].at <= now:
            return steps
        ago += timedelta(minutes=50)


def _standing(steps: tuple[Step, ...], team: str) -> tuple[str, str | None, str]:
    status, owner = "open", None
    for step in steps:
        match step:
            case CustomerMail(auto=""):
                status = "open"
            case Assigned(to=to):
                owner = to
            case HandedOver(team=handed_to, to=to):
                team, owner = handed_to, to
            case WaitingOn(on=on):
                status = f"waiting_{on}"
            case Resolved():
                status = "resolved"
            case Closed():
                status = "closed"
            case MarkedSpam():
                status = "spam"
            case Trashed():
                status = "trash"
    return status, owner, team
