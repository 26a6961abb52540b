"""What is known about a mail once it is understood."""

from dataclasses import dataclass, field
from datetime import datetime

from .addresses import Address
from .attachments import Attachment
from .calendars import Invitation
from .reports import Delivery, DeliveryReport, FeedbackReport
from .security import Security


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedMail:
    """A mail understood. Every string is free of NUL and of lone surrogates; lists are in the mail's order."""

    message_id: str | None = None
    date: datetime | None = None
    subject: str = ""
    from_: Address | None = None
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    reply_to: list[Address] = field(default_factory=list)
    in_reply_to: str | None = None
    references: list[str] = field(default_factory=list)
    text: str = ""
    html: str | None = None
    reply_text: str = ""
    signature: str = ""
    disclaimer: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    # None for a person's mail, else "auto_reply", "bounce", "list" or "loop".
    auto: str | None = None
    # What it is more exactly: see `automatic.kind_of`.
    kind: str = "person"
    # Of several recipients in a report `dsn` is the first that failed; `dsn_recipients` are all.
    dsn: DeliveryReport | None = None
    dsn_recipients: list[Delivery] = field(default_factory=list)
    feedback: FeedbackReport | None = None
    invitation: Invitation | None = None
    security: Security | None = None
    language: str | None = None
    warnings: list[str] = field(default_factory=list)
    delivered_to: list[str] = field(default_factory=list)
    return_path: str | None = None
    body_digest: str = ""
    is_forward: bool = False
    auto_submitted: str | None = None
    list_id: str | None = None
    authentication_results: list[str] = field(default_factory=list)
