"""A chat in which everybody has begun and was answered, on an installation; and the browsers of all of them."""

import secrets
from uuid import uuid4

from django.db import connection

from ancora.cases.commands.arrange import assign_case
from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case
from ancora.conversations.chats.commands.accounts import save_chat
from ancora.conversations.chats.commands.begin import Introduction, begin_chat
from ancora.conversations.models import ChannelAccount, Mailbox
from ancora.parties.models import Membership
from ancora.platform.accounts.models import Organisation, Role, User
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.events.actors import SYSTEM, Actor
from bench import filling
from bench.chat.agent import Agent, Chat
from bench.chat.ledger import Kept, Screen
from bench.chat.machines import WEBS
from bench.chat.visitor import Visitor
from bench.chat.words import as_said, new_text
from bench.work import cookie_of


class Stage:
    """`chat` is the token in the address of the chat. Who comes later is made by `newcomer`."""

    def __init__(self, visitors: int, agents: int, port) -> None:
        self._port, self._many = port, 0
        lead = filling.set_up()
        # Requests name the visitor's address, as the proxy in front of two web processes would.
        Organisation.objects.update(proxy_count=1)
        forget_organisation()
        [mailbox] = Mailbox.objects.all()
        self.chat = save_chat(ChannelAccount(name="Website", mailbox=mailbox), actor=Actor.human(lead)).token
        people = [self._colleague(number, mailbox) for number in range(agents)]
        self.visitors, chats = [], {person.pk: [] for person in people}
        for number in range(visitors):
            person = people[number % agents]
            visitor, chat = self._begin(person)
            self.visitors.append(visitor)
            chats[person.pk].append(chat)
        self.agents = [self._agent(number, person, chats[person.pk]) for number, person in enumerate(people)]

    def newcomer(self) -> Visitor:
        """Somebody who has said nothing yet."""
        self._many += 1
        number = self._many
        name, token = f"visitor-{number}", secrets.token_urlsafe(32)
        address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        # Neighbours go to different processes, whichever agent they have.
        end = WEBS[secrets.randbelow(2)]
        return Visitor(name, end, self._port(end), self.chat, token, address)

    def _colleague(self, number: int, mailbox: Mailbox) -> User:
        email = f"agent{number}@desk.example"
        person = User.objects.create_user(email, None, name=f"Agent {number}", role=Role.AGENT, language="en")
        Membership.objects.create(team=mailbox.team, user=person)
        return person

    def _begin(self, person: User) -> tuple[Visitor, Chat]:
        visitor, first, answer = self.newcomer(), new_text(), new_text()
        said = Introduction(name=visitor.name, language="en")
        posted = begin_chat(self.chat, visitor.token, client_key=uuid4(), text=first, introduction=said)
        case = Case.objects.get(reference=posted.reference)
        assign_case(case, owner=person, actor=SYSTEM)
        say_in_case(case, text=answer, author=person, form_key=uuid4())
        visitor.place = posted.reference
        screen = Screen()
        screen.show(1, as_said(first))
        screen.show(2, as_said(answer))
        # Whoever answered has read what was asked.
        return visitor, Chat(posted.reference, posted.conversation_id, screen, theirs={1}, read=1)

    def _agent(self, number: int, person: User, chats: list[Chat]) -> Agent:
        end = WEBS[number % 2]
        address = f"192.0.2.{number % 250 + 1}"
        return Agent(f"agent-{number}", end, self._port(end), cookie_of(person), address, chats)


def kept_lines() -> list[Kept]:
    """Every line of every chat, from the store."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.reference, l.number, m.text FROM conversations_chatline l"
            " JOIN conversations_message m ON m.id = l.message_id"
            " JOIN conversations_conversation c ON c.id = l.conversation_id"
        )
        return [Kept(place, number, as_said(text)) for place, number, text in cursor.fetchall()]


def undelivered() -> int:
    """What the worker has still to hand over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event_delivery WHERE next_at <= now() + interval '1 hour'")
        return cursor.fetchone()[0]
