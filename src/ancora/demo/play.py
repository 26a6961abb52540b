"""Plays the story of the demo company through the real commands, each step at its own time."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import singledispatchmethod

from ancora.cases import commands as cases
from ancora.cases.models import Case, Notification, Outcome, Priority, Tag
from ancora.cases.notifications.commands import read_all
from ancora.cases.queries import answerable, case_of_conversation
from ancora.conversations.commands import process_arrival, receive, settle_as_sent
from ancora.conversations.commands.write import Upload
from ancora.conversations.models import Mailbox, Message
from ancora.customers.commands import add_handle, observe_handle
from ancora.customers.models import HandleKind, Verification
from ancora.demo.calendars import open_calendars
from ancora.demo.company import Company, raw, steps, story
from ancora.demo.macros import write_macros
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.accounts.models import Organisation, Role, User
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.dispatcher import drain

# What is younger is still unread.
NEWS = timedelta(hours=12)
PASSWORD = "crema-e-lume"  # noqa: S105  the demo account's, printed at every start


def play(now: datetime, *, smtp_port: int, progress: Callable[[int, int], None]) -> User:
    """Fill an empty installation with the company as it stands at `now`; returns who the newcomer signs in as.

    `progress(done, all)` is called after every step.
    """
    company = story(now)
    player = _Player(company, smtp_port)
    every = list(company.steps())
    for done, (index, step) in enumerate(every, start=1):
        player.play(index, step)
        progress(done, len(every))
    _set_up(company, now)
    open_calendars(now.year)
    stock = {name: getattr(player, name) for name in ("people", "teams", "outcomes", "tags")}
    write_macros(now, author=player.people[company.demo_person], **stock)
    _read_the_news(player.people.values(), now)
    return player.people[company.demo_person]


class _Player:
    """Knows by their keys who and what has entered the stage."""

    def __init__(self, company: Company, smtp_port: int):
        self.company = company
        self.teams = {team.name: Team.objects.create(name=team.name) for team in company.teams}
        self.people = {key: self._person(person) for key, person in company.people.items()}
        self.mailboxes = {key: self._mailbox(mailbox, smtp_port) for key, mailbox in company.mailboxes.items()}
        self.outcomes = {
            label: Outcome.objects.create(label=label, position=at) for at, label in enumerate(company.outcomes, 1)
        }
        self.tags = {label: Tag.objects.create(label=label) for label in company.tags}
        self.cases: dict[int, Case] = {}
        # (case index, step index) → Message-ID, so that later mails can answer it.
        self.message_ids: dict[tuple[int, int], str] = {}
        for customer in company.customers.values():
            self._customer(customer)

    def play(self, index: int, step) -> None:
        with clock.at(step.at):
            self._play(step, index)

    @singledispatchmethod
    def _play(self, step, index: int) -> None:
        raise TypeError(f"The story has a step nobody can play: {step!r}")

    @_play.register
    def _(self, mail: steps.CustomerMail, index: int) -> None:
        script = self.company.cases[index]
        answered = self._answered(index, mail.in_reply_to)
        last = self._last_of_ours(index, mail.in_reply_to)
        bytes_ = raw(mail, in_reply_to=answered, references=[answered] if answered else [], subject=last)
        place = script.steps.index(mail)
        arrival = receive(
            bytes_,
            key=f"demo:{script.key}:{place}",
            mailbox=self.mailboxes[script.mailbox],
            received_at=mail.at,
            is_silent=True,
        )
        result = process_arrival(arrival)
        self.message_ids[index, place] = mail.message_id
        if index not in self.cases and result.conversation_id:
            self.cases[index] = case_of_conversation(result.conversation_id)

    @_play.register
    def _(self, reply: steps.AgentReply, index: int) -> None:
        author, case = self.people[reply.person], self.cases[index]
        answer = answerable(author, case)
        files = [Upload(one.name, one.content_type, one.content) for one in reply.attachments]
        message = cases.reply_to_case(
            case, html=reply.html, to=answer.to, author=author, files=files, answers=answer.message
        )
        settle_as_sent(message.pk)
        self.message_ids[index, self.company.cases[index].steps.index(reply)] = message.message_id

    @_play.register
    def _(self, note: steps.Note, index: int) -> None:
        cases.add_note(self.cases[index], text=note.text, author=self.people[note.person])

    @_play.register
    def _(self, step: steps.Assigned, index: int) -> None:
        cases.assign_case(self.cases[index], owner=self.people[step.to], actor=self._actor(step))

    @_play.register
    def _(self, step: steps.HandedOver, index: int) -> None:
        owner = self.people[step.to] if step.to else None
        author = self.people[step.person]
        cases.hand_off_case(self.cases[index], team=self.teams[step.team], owner=owner, why=step.why, author=author)

    @_play.register
    def _(self, step: steps.Tagged, index: int) -> None:
        for label in step.tags:
            cases.add_tag(self.cases[index], tag=self.tags[label], actor=self._actor(step))

    @_play.register
    def _(self, step: steps.PrioritySet, index: int) -> None:
        priority = Priority[step.priority.upper()]
        cases.set_priority(self.cases[index], priority=priority, actor=self._actor(step))

    @_play.register
    def _(self, step: steps.WaitingOn, index: int) -> None:
        cases.wait_on(self.cases[index], on=step.on, actor=self._actor(step))

    @_play.register
    def _(self, step: steps.Resolved, index: int) -> None:
        cases.resolve_case(self.cases[index], outcome=self.outcomes[step.outcome], actor=self._actor(step))

    @_play.register
    def _(self, step: steps.Closed, index: int) -> None:
        cases.close_case(self.cases[index], actor=self._actor(step) if step.person else SYSTEM)

    @_play.register
    def _(self, step: steps.MarkedSpam, index: int) -> None:
        cases.mark_as_spam(self.cases[index], actor=self._actor(step))

    @_play.register
    def _(self, step: steps.Trashed, index: int) -> None:
        cases.move_to_trash(self.cases[index], actor=self._actor(step))

    def _actor(self, step) -> Actor:
        return Actor.human(self.people[step.person])

    def _answered(self, index: int, place: int | None) -> str | None:
        return None if place is None else self.message_ids[index, place]

    def _last_of_ours(self, index: int, place: int | None) -> str | None:
        """The subject a customer's program gives to an answer to our mail; None keeps the script's."""
        if place is None or not isinstance(self.company.cases[index].steps[place], steps.AgentReply):
            return None
        return Message.objects.values_list("subject", flat=True).get(message_id=self.message_ids[index, place])

    def _person(self, person) -> User:
        user = User.objects.create_user(
            person.email, PASSWORD, name=person.name, role=Role(person.role), language=person.language
        )
        Membership.objects.bulk_create(Membership(team=self.teams[team], user=user) for team in person.teams)
        return user

    def _mailbox(self, mailbox, smtp_port: int) -> Mailbox:
        return Mailbox.objects.create(
            name=mailbox.name,
            address=mailbox.address,
            team=self.teams[mailbox.team],
            smtp_host="127.0.0.1",
            smtp_port=smtp_port,
            smtp_security="none",
        )

    def _customer(self, customer) -> None:
        since = customer.since or self.company.now.date()
        with clock.at(datetime(since.year, since.month, since.day, 9, tzinfo=self.company.now.tzinfo)):
            first, *more = customer.emails
            handle = observe_handle(
                HandleKind.EMAIL,
                first,
                name=customer.name,
                language=customer.language,
                verification=Verification.STRONG,
            )
            for address in more:
                add_handle(handle.customer, HandleKind.EMAIL, address, actor=SYSTEM)
            if customer.phone:
                add_handle(handle.customer, HandleKind.PHONE, customer.phone, actor=SYSTEM)


def _read_the_news(people: Iterable[User], now: datetime) -> None:
    """Everybody looked under the bell this morning."""
    drain()
    for person in people:
        old = Notification.objects.filter(person=person, at__lt=now - NEWS).order_by("-pk").first()
        if old is not None:
            read_all(person, up_to=old.pk)


def _set_up(company: Company, now: datetime) -> None:
    Organisation.objects.update_or_create(
        id=1, defaults={"name": company.name, "language": "en", "time_zone": "Europe/Rome", "set_up_at": now}
    )
    forget_organisation()
