"""The demo company: Torrefazione Lume, a shop for coffee machines and coffee subscriptions that serves in
Italian and English, with its people, its customers and 150 cases of the last 60 days.

Everything is of our own invention, uses addresses under `.example` only, and is the same at every run: texts never
change, times are laid out backwards from the `now` that `story` is given. Nothing here knows Django or a database.

Words: a *case* is a script, a tuple of *steps* in time order (a customer's mail, an agent's answer, a note, a change);
the *cast* is the people and customers (content/cast.toml); *content/*.txt* holds the scripts as screenplays, whose
form `screenplay.py` explains. What always holds: every step lies within 60 days before `now`, agents work in the
shop's opening hours (Europe/Rome), customers write while awake.
"""

from ancora.demo.company.cast import Customer, Mailbox, Person, Team
from ancora.demo.company.mail import raw
from ancora.demo.company.steps import (
    Address,
    AgentReply,
    Assigned,
    Attachment,
    Closed,
    CustomerMail,
    HandedOver,
    MarkedSpam,
    Note,
    PrioritySet,
    Resolved,
    Step,
    Tagged,
    Trashed,
    WaitingOn,
)
from ancora.demo.company.story import Case, Company, story

__all__ = [
    "Address",
    "AgentReply",
    "Assigned",
    "Attachment",
    "Case",
    "Closed",
    "Company",
    "Customer",
    "CustomerMail",
    "HandedOver",
    "Mailbox",
    "MarkedSpam",
    "Note",
    "Person",
    "PrioritySet",
    "Resolved",
    "Step",
    "Tagged",
    "Team",
    "Trashed",
    "WaitingOn",
    "raw",
    "story",
]
