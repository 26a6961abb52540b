"""Puts the corpus into the database in bulk, with the rows that the real road would have left."""

import io
from datetime import timedelta

from django.db import connection, transaction

from ancora.cases.models import Case, CaseConversation
from ancora.conversations.identity import content_key, message_key
from ancora.conversations.models import Conversation, Mailbox, Message, Place
from ancora.customers.models import Customer, Handle
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.accounts.models import Organisation, Role, User
from ancora.platform.accounts.queries import forget_organisation
from bench.corpus import Ticket, tickets

ADDRESS = "support@desk.example"


@transaction.atomic
def set_up() -> User:
    """Organisation, one agent, one team, one mailbox; returns the agent (an administrator)."""
    Organisation.objects.create(id=1, name="Bench", set_up_at=clock.now())
    forget_organisation()
    agent = User.objects.create_user("agent@desk.example", None, name="Agent", role=Role.ADMINISTRATOR, language="en")
    team = Team.objects.create(name="Service")
    Membership.objects.create(team=team, user=agent)
    Mailbox.objects.create(name="Support", address=ADDRESS, team=team)
    return agent


@transaction.atomic
def fill(count: int, agent: User) -> None:
    """`count` + 1 cases with their messages, places, words and opening events."""
    mailbox, now = Mailbox.objects.get(), clock.now()
    customers: dict[str, Customer] = {}
    messages, places, conversations, cases, links = [], [], [], [], []
    first = _last_message() + 1
    for ticket in tickets(count):
        customer = _customer(customers, ticket, now)
        start = now - timedelta(minutes=ticket.age_minutes + len(ticket.messages))
        conversation = Conversation(
            id=ticket.number,
            reference=1000 + ticket.number,
            customer=customer,
            mailbox=mailbox,
            subject=ticket.subject,
            started_at=start,
        )
        conversations.append(conversation)
        for place, text in enumerate(ticket.messages):
            at = start + timedelta(minutes=place)
            message = _message(first + len(messages), ticket, place, text, at, agent)
            messages.append(message)
            places.append(Place(message=message, conversation=conversation, since=at, actor_kind="system"))
        case = _case(ticket, conversation, customer, mailbox, agent, start)
        cases.append(case)
        links.append(CaseConversation(case=case, conversation=conversation, since=start))
    for rows in (conversations, messages, places, cases, links):
        type(rows[0]).objects.bulk_create(rows, batch_size=2000)
    _index()
    _tell(cases)


def _customer(customers: dict[str, Customer], ticket: Ticket, now) -> Customer:
    if ticket.address not in customers:
        customer = Customer.objects.create(name=ticket.name, created_at=now)
        value = ticket.address
        Handle.objects.create(customer=customer, kind="email", value=value, display=value, created_at=now)
        customers[ticket.address] = customer
    return customers[ticket.address]


def _message(pk: int, ticket: Ticket, place: int, text: str, at, agent: User) -> Message:
    ours = place % 2 == 1
    message_id = f"{pk}@bench.example"
    return Message(
        id=pk,
        direction="out" if ours else "in",
        author=agent if ours else None,
        from_name=agent.name if ours else ticket.name,
        from_address=ADDRESS if ours else ticket.address,
        addresses={"to": [["", ADDRESS]], "cc": [], "reply_to": []},
        subject=ticket.subject,
        text=text,
        reply_text=text,
        message_id=message_id,
        message_key=message_key(message_id),
        content_key=content_key(ticket.address, at, str(pk)),
        sent_at=at,
        recorded_at=at,
    )


def _case(ticket: Ticket, conversation: Conversation, customer: Customer, mailbox: Mailbox, agent: User, start) -> Case:
    at = start + timedelta(minutes=len(ticket.messages) - 1)
    return Case(
        id=ticket.number,
        reference=conversation.reference,
        customer=customer,
        status="open" if ticket.is_open else "resolved",
        owner=agent if ticket.number % 3 == 0 else None,
        team_id=mailbox.team_id,
        subject=ticket.subject,
        excerpt=" ".join(ticket.messages[-1].split())[:160],
        mailbox_ids=[mailbox.pk],
        opened_at=start,
        last_message_at=at,
        resolved_at=None if ticket.is_open else at,
    )


def _last_message() -> int:
    return Message.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO conversations_searchentry (message_id, words)"
            " SELECT id, search_words(subject || E'\\n' || text) FROM conversations_message"
        )


def _tell(cases: list[Case]) -> None:
    """One `case.opened` per case, as the real road writes it."""
    rows, objects = io.StringIO(), io.StringIO()
    for case in cases:
        rows.write(f"{case.pk}\tcase.opened\t{case.opened_at.isoformat()}\tsystem\t{{}}\n")
        for kind, pk in (("case", case.pk), ("customer", case.customer_id)):
            objects.write(f"{case.pk}\t{kind}\t{pk}\t{kind}_id\n")
    with connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        now = cursor.fetchone()[0].isoformat()
        cursor.execute("CREATE TEMP TABLE told (LIKE event INCLUDING DEFAULTS) ON COMMIT DROP")
        cursor.execute("CREATE TEMP TABLE about (event_id bigint, kind text, pk bigint, field text) ON COMMIT DROP")
        with cursor.copy("COPY told (id, type, occurred_at, actor_kind, attrs) FROM STDIN") as copy:
            copy.write(rows.getvalue())
        with cursor.copy("COPY about FROM STDIN") as copy:
            copy.write(objects.getvalue())
        cursor.execute(
            "INSERT INTO event (id, recorded_at, type, occurred_at, actor_kind, attrs)"
            " SELECT id, %s, type, occurred_at, actor_kind, attrs FROM told",
            [now],
        )
        cursor.execute(
            "INSERT INTO event_object (event_id, recorded_at, object_type, object_id, qualifier)"
            " SELECT event_id, %s, kind, pk, field FROM about",
            [now],
        )
