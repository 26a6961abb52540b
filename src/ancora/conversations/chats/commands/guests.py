"""Colleagues who are in a chat beside its owner."""

from ancora.conversations.events import ContactJoined, ContactLeft
from ancora.conversations.models import ChatGuest, Contact
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


def admit(contact: Contact, person: User, *, actor: Actor) -> None:
    """They are in the chat from now on; nothing for who is."""
    found = {"conversation_id": contact.conversation_id, "person": person, "until": None}
    _guest, is_new = ChatGuest.objects.get_or_create(**found, defaults={"since": clock.now()})
    if is_new:
        event = ContactJoined(conversation_id=contact.conversation_id, person_id=person.pk)
        publish(event, actor=actor)


def dismiss(conversation_id: int, person: User) -> bool:
    """They are in it no longer; False for who was not."""
    found = ChatGuest.objects.filter(conversation=conversation_id, person=person, until=None)
    if not found.update(until=clock.now()):
        return False
    publish(ContactLeft(conversation_id=conversation_id, person_id=person.pk), actor=Actor.human(person))
    return True


def guests_in(conversation_id: int) -> list[User]:
    """Who is in it beside its owner, the first first."""
    found = ChatGuest.objects.filter(conversation=conversation_id, until=None).select_related("person")
    return [one.person for one in found.order_by("since", "id")]
