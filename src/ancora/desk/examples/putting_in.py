"""Puts the examples in, through the same doors that real mail and real agents use."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection, transaction
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from ancora.cases import commands
from ancora.cases.commands.examples import mark_example_cases
from ancora.cases.events import ExamplesAdded
from ancora.cases.models import Case, Priority
from ancora.cases.queries import case_of_conversation, outcomes
from ancora.conversations.commands import process_arrival, receive
from ancora.conversations.commands.examples import mark_examples
from ancora.conversations.invented import INVENTED
from ancora.customers.examples import mark_example_customers
from ancora.customers.models import HandleKind
from ancora.customers.queries import handle_of
from ancora.desk.examples.mail import mail_of
from ancora.desk.examples.story import Example, Step, examples_in
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


def are_examples_here() -> bool:
    return Case.objects.filter(is_example=True).exists()


def one_at_a_time() -> None:
    """Wait until nobody else puts examples in or deletes them. Belongs at the beginning of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(746006, hashtext('examples'))")


@transaction.atomic
def put_in_examples(*, person: User) -> list[Case]:
    """The examples, in the organisation's language; `person` answers and owns in them. Nothing of it is sent.
    `Refusal` while there are some."""
    one_at_a_time()
    if are_examples_here():
        raise Refusal(_("The examples are here already."))
    told = examples_in(current_organisation().language)
    cases = [_Player(example, person, clock.now()).play() for example in told]
    publish(ExamplesAdded(cases=len(cases)), actor=Actor.human(person))
    return cases


class _Player:
    """Plays one example. What it says is written as it happened then; its case is marked before anybody answers."""

    def __init__(self, example: Example, person: User, now: datetime):
        self._example, self._person, self._now = example, person, now
        self._case: Case | None = None
        self._last_message = ""

    def play(self) -> Case:
        for step in self._example.steps:
            with clock.at(self._now - timedelta(hours=step.hours_ago)):
                getattr(self, f"_{step.kind}")(step)
        return self._case

    def _mail(self, step: Step) -> None:
        was_known = handle_of(HandleKind.EMAIL, self._example.address)
        number = uuid4()
        message_id = f"{number}@{self._example.address.rpartition('@')[2]}"
        raw = mail_of(self._example, step, message_id=message_id, at=clock.now(), answers=self._last_message)
        arrival = receive(raw, key=f"{INVENTED}{number}", mailbox=None, received_at=clock.now(), is_silent=True)
        result = process_arrival(arrival)
        if result.conversation_id is None:
            raise Refusal(
                _("An example could not be read: %(reason)s. Nothing was put in.") % {"reason": result.reason}
            )
        self._last_message = message_id
        self._case = self._case or self._marked(result.conversation_id, is_new=was_known is None)

    def _marked(self, conversation_id: int, *, is_new: bool) -> Case:
        case = case_of_conversation(conversation_id)
        mark_examples([conversation_id])
        mark_example_cases([case.pk])
        # Whoever really has that address stays who he is.
        if is_new:
            mark_example_customers([case.customer_id])
        return Case.objects.get(pk=case.pk)

    def _answer(self, step: Step) -> None:
        to = [(self._example.name, self._example.address)]
        html = linebreaks(step.text.strip())
        message = commands.reply_to_case(self._case, html=html, to=to, author=self._person, form_key=uuid4())
        self._last_message = message.message_id

    def _note(self, step: Step) -> None:
        commands.add_note(self._case, text=step.text, author=self._person)

    def _own(self, step: Step) -> None:
        commands.assign_case(self._case, owner=self._person, actor=Actor.human(self._person))

    def _priority(self, step: Step) -> None:
        commands.set_priority(self._case, priority=Priority[step.priority.upper()], actor=Actor.human(self._person))

    def _wait(self, step: Step) -> None:
        commands.wait_on(self._case, on="customer", actor=Actor.human(self._person))

    def _resolve(self, step: Step) -> None:
        """Left open where the organisation has no outcome in use."""
        if outcome := outcomes(self._person).first():
            commands.resolve_case(self._case, outcome=outcome, actor=Actor.human(self._person))
