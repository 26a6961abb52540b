"""Plays one script from a moment on: draws the gaps that were left open, writes dates, greetings, quotes, files."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ancora.demo.company.cast import Cast, Customer, Mailbox
from ancora.demo.company.dice import dice
from ancora.demo.company.opening_hours import WAKING_DAY, WORKING_DAY, after, waking, working
from ancora.demo.company.orders import confirmation
from ancora.demo.company.quoting import Quoted, html_text, plain_text, reply_subject
from ancora.demo.company.screenplay import Cue, Script
from ancora.demo.company.steps import (
    Address,
    AgentReply,
    Assigned,
    Attachment,
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
from ancora.demo.company.wording import answer, as_html, dated, signature, without_marks

# Minutes between a step and the one before it, when the script leaves it open; work time for the shop's people.
_GAPS = {
    "mail": (35, 700),
    "auto": (1, 2),
    "bounce": (1, 3),
    "reply": (12, 190),
    "note": (4, 45),
    "take": (3, 50),
    "assign": (3, 50),
    "hand": (5, 40),
    "tag": (1, 6),
    "priority": (1, 6),
    "wait": (1, 3),
    "resolve": (1, 25),
    "spam": (10, 120),
    "trash": (10, 120),
}
_TYPES = {"photo": "image/png", "inline": "image/png", "table": "text/csv"}


def staged(script: Script, cast: Cast, start: datetime) -> tuple[Step, ...]:
    """The steps of the script when its first mail comes at `start`; equal for equal arguments."""
    stage = _Stage(script, cast, start)
    stage.perform(script.cues[0], at=start)
    for cue in script.cues[1:]:
        stage.perform(cue, at=stage.moment_of(cue))
    return tuple(stage.steps)


@dataclass
class _Stage:
    script: Script
    cast: Cast
    at: datetime
    steps: list[Step] = field(default_factory=list)
    owner: str | None = None
    is_sorted: bool = False

    def __post_init__(self) -> None:
        self.rng = dice(f"lume:{self.script.key}")
        self.customer: Customer = self.cast.customers[self.script.customer]
        self.mailbox: Mailbox = self.cast.mailboxes[self.script.mailbox]
        self.language = self.customer.language
        self.subject = dated(self.script.subject, self.at, self.language)

    def moment_of(self, cue: Cue) -> datetime:
        drawn = timedelta(minutes=self.rng.randint(*_GAPS[cue.verb]), seconds=self.rng.randrange(60))
        if cue.verb in {"auto", "bounce"}:
            return self.at + drawn
        window, day = (waking, WAKING_DAY) if cue.verb == "mail" else (working, WORKING_DAY)
        gap = drawn if cue.gap is None else cue.gap + cue.gap_days * day
        # A few seconds more, so that written gaps do not all end on the same second.
        return after(self.at, gap + timedelta(seconds=self.rng.randrange(50)), window)

    def perform(self, cue: Cue, *, at: datetime) -> None:
        self.at = at
        if cue.verb in {"reply", "resolve"} and self.owner is None:
            self._assign(cue.words[0], cue.words[0])
        getattr(self, f"_{cue.verb}")(cue)

    def _add(self, step: Step) -> None:
        self.steps.append(step)
        self.at = step.at

    def _text(self, cue: Cue) -> str:
        return dated(cue.text, self.at, self.language)

    def _assign(self, *words: str) -> None:
        person, to = words
        self.owner = to
        self._add(Assigned(self.at, person, to))
        if self.is_sorted:
            return
        self.is_sorted = True
        if self.script.tags:
            self._add(Tagged(self.at + timedelta(seconds=self.rng.randint(8, 50)), person, self.script.tags))
        if self.script.priority != "normal":
            self._add(PrioritySet(self.at + timedelta(seconds=self.rng.randint(5, 30)), person, self.script.priority))

    def _take(self, cue: Cue) -> None:
        self._assign(cue.words[0], cue.words[0])

    def _mail(self, cue: Cue) -> None:
        written, client = self._text(cue), self.customer.client
        answered = next((i for i in reversed(range(len(self.steps))) if isinstance(self.steps[i], AgentReply)), None)
        subject = self.subject if not self.steps else reply_subject(self.subject, client, self.language)
        words = f"{written}\n\n{signature(self.customer, is_first=not self.steps)}"
        quoted = None if answered is None else self._quoted(answered)
        text, below = plain_text(words, quoted, client, self.language), ""
        attachments = tuple(self._attachment(kind, name) for kind, name in cue.enclosures if kind != "order")
        for number in (name for kind, name in cue.enclosures if kind == "order"):
            order_text, below = confirmation(number, self.at, self.language)
            text = f"{text}\n\n{order_text}"
        for attachment in attachments:
            if attachment.is_inline:
                below += f'<div><img src="cid:{attachment.content_id}" alt="{attachment.name}" width="240"></div>'
        has_html = client != "plain" or bool(below)
        self._add(
            CustomerMail(
                at=self.at,
                from_=self._sender(cue),
                to=Address(self.mailbox.name, self.mailbox.address),
                subject=subject,
                text=text,
                written=written,
                message_id=self._message_id(),
                html=html_text(words, quoted, client, self.language, below=below) if has_html else None,
                attachments=attachments,
                in_reply_to=answered if answered is not None else 0 if self.steps else None,
            )
        )

    def _auto(self, cue: Cue) -> None:
        prefix = "Risposta automatica" if self.language == "it" else "Automatic reply"
        self._machine_mail(cue, "reply", self._sender(cue), f"{prefix}: {self.subject}", self._text(cue))

    def _bounce(self, cue: Cue) -> None:
        host = self.customer.emails[0].partition("@")[2]
        sender = Address("Mail Delivery System", f"mailer-daemon@mx.{host}")
        subject = "Undelivered Mail Returned to Sender"
        self._machine_mail(cue, "bounce", sender, subject, cue.text, failed=self.customer.emails[0])

    def _machine_mail(
        self, cue: Cue, auto: str, sender: Address, subject: str, text: str, *, failed: str | None = None
    ) -> None:
        answered = next(i for i in reversed(range(len(self.steps))) if isinstance(self.steps[i], AgentReply))
        to = Address(self.mailbox.name, self.mailbox.address)
        identity = self._message_id()
        self._add(
            CustomerMail(
                self.at,
                sender,
                to,
                subject,
                text,
                text,
                identity,
                in_reply_to=answered,
                auto=auto,
                failed_recipient=failed,
            )
        )

    def _reply(self, cue: Cue) -> None:
        is_first = not any(isinstance(step, AgentReply) for step in self.steps)
        person = self.cast.people[cue.words[0]]
        text = answer(self._text(cue), self.customer, person, language=self.language, is_first=is_first, rng=self.rng)
        attachments = tuple(self._attachment(kind, name) for kind, name in cue.enclosures)
        self._add(AgentReply(self.at, person.key, without_marks(text), as_html(text), attachments))

    def _note(self, cue: Cue) -> None:
        note = dated(cue.text, self.at, self.cast.people[cue.words[0]].language)
        self._add(Note(self.at, cue.words[0], note))

    def _hand(self, cue: Cue) -> None:
        person, team, *to = cue.words
        self.owner = to[0] if to else None
        self._add(HandedOver(self.at, person, team, self.owner, self._text(cue)))

    def _tag(self, cue: Cue) -> None:
        self._add(Tagged(self.at, cue.words[0], cue.words[1:]))

    def _priority(self, cue: Cue) -> None:
        self._add(PrioritySet(self.at, *cue.words))

    def _wait(self, cue: Cue) -> None:
        self._add(WaitingOn(self.at, *cue.words))

    def _resolve(self, cue: Cue) -> None:
        self._add(Resolved(self.at, cue.words[0], self.cast.outcomes[cue.words[1]]))

    def _spam(self, cue: Cue) -> None:
        self._add(MarkedSpam(self.at, cue.words[0]))

    def _trash(self, cue: Cue) -> None:
        self._add(Trashed(self.at, cue.words[0]))

    def _sender(self, cue: Cue) -> Address:
        return Address(self.customer.name, self.customer.emails[1 if "2" in cue.words else 0])

    def _message_id(self) -> str:
        host = self.customer.emails[0].partition("@")[2]
        return f"<{self.script.key}.{len(self.steps)}@{host}>"

    def _attachment(self, kind: str, name: str) -> Attachment:
        content_id = f"{self.script.key}.{name}@lume.example" if kind == "inline" else None
        return Attachment(name, _TYPES.get(kind, "application/pdf"), "photo" if kind == "inline" else kind, content_id)

    def _quoted(self, answered: int) -> Quoted:
        """The answer as it stands below the customer's new mail; two programs keep what it answered as well."""
        subject, box = f"Re: {self.subject}", self.mailbox
        before = [step for step in self.steps[:answered] if isinstance(step, CustomerMail) and not step.auto]
        earlier = None
        if self.customer.client in {"plain", "desk"} and before:
            mail = before[-1]
            earlier = Quoted(mail.at, self.customer.name, mail.from_.address, box.address, mail.subject, mail.written)
        answer_step, to = self.steps[answered], self.customer.emails[0]
        return Quoted(answer_step.at, box.name, box.address, to, subject, answer_step.text, earlier)
