"""What happens in a case of the demo company, one frozen class per kind of step.

`person`, `to` of an assignment and the like are keys of `Company.people` (`anna`), `team` is a team's name.
Every `at` is aware and in UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ancora.demo.company.enclosures import content_of


@dataclass(frozen=True)
class Address:
    name: str
    address: str


@dataclass(frozen=True)
class Attachment:
    """A file of a mail; its bytes are made when first asked for and are the same at every run."""

    name: str
    content_type: str
    kind: str
    content_id: str | None = None

    @property
    def is_inline(self) -> bool:
        return self.content_id is not None

    @cached_property
    def content(self) -> bytes:
        return content_of(self.kind, self.name)


@dataclass(frozen=True)
class CustomerMail:
    """A mail that arrives from outside.

    `text` is the whole plain part (new words, signature, quoted thread), `written` the new words alone.
    `in_reply_to` is the index, within the case, of the step it answers. `auto` is empty, `reply` or `bounce`; a
    bounce names the address that could not be reached.
    """

    at: datetime
    from_: Address
    to: Address
    subject: str
    text: str
    written: str
    message_id: str
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: int | None = None
    auto: str = ""
    failed_recipient: str | None = None


@dataclass(frozen=True)
class AgentReply:
    """An agent's answer to the customer; `text` and `html` say the same, greeting and name included."""

    at: datetime
    person: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class Note:
    at: datetime
    person: str
    text: str


@dataclass(frozen=True)
class Assigned:
    at: datetime
    person: str
    to: str


@dataclass(frozen=True)
class HandedOver:
    """The case moves to `team`, and to one of its people when `to` is given, else to nobody yet."""

    at: datetime
    person: str
    team: str
    to: str | None
    why: str


@dataclass(frozen=True)
class Tagged:
    at: datetime
    person: str
    tags: tuple[str, ...]


@dataclass(frozen=True)
class PrioritySet:
    at: datetime
    person: str
    priority: str


@dataclass(frozen=True)
class WaitingOn:
    """`on` is `customer`, `third_party` or `us`."""

    at: datetime
    person: str
    on: str


@dataclass(frozen=True)
class Resolved:
    """`outcome` is one of `Company.outcomes`."""

    at: datetime
    person: str
    outcome: str


@dataclass(frozen=True)
class Closed:
    """Without a `person` the case was closed by itself, two weeks after it was resolved."""

    at: datetime
    person: str | None = None


@dataclass(frozen=True)
class MarkedSpam:
    at: datetime
    person: str


@dataclass(frozen=True)
class Trashed:
    at: datetime
    person: str


Step = (
    CustomerMail
    | AgentReply
    | Note
    | Assigned
    | HandedOver
    | Tagged
    | PrioritySet
    | WaitingOn
    | Resolved
    | Closed
    | MarkedSpam
    | Trashed
)
