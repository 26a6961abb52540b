"""What becomes of a chat of a case: it ends, goes on by e-mail, is handed over, or a colleague is asked in."""

from html import escape
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from ancora.cases.commands.arrange import assign_case, hand_off_case
from ancora.cases.commands.locking import locked
from ancora.cases.commands.notes import add_note
from ancora.cases.commands.saying import say_in_case
from ancora.cases.commands.status import resolve_case
from ancora.cases.models import Case, Note, Outcome
from ancora.cases.presence.visitors import show_owners
from ancora.cases.queries.cases import conversation_ids_of
from ancora.cases.queries.chats import chat_in
from ancora.cases.queries.people import people_who_see
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.commands.guests import admit, dismiss, guests_in
from ancora.conversations.chats.commands.holding import hold_chats
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.visitors import hold_visitors
from ancora.conversations.events import ContactTransferred
from ancora.conversations.models import ChatVisitor, Contact
from ancora.customers.queries import normal_address
from ancora.parties.models import Team
from ancora.platform.accounts.models import LANGUAGES, User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time

MOST_CONTEXT = 4000


@transaction.atomic
def end_chat_of(case: Case, *, author: User, outcome: Outcome | None = None) -> None:
    """The session is over, and with an `outcome` the case is resolved. `Refusal` where none goes on."""
    case, contact = _going_on(case)
    if outcome is not None:
        resolve_case(case, outcome=outcome, actor=Actor.human(author))
    end_chat(contact.conversation_id, ending=Ending.AGENT, actor=Actor.human(author))


@transaction.atomic
def park_chat(case: Case, *, author: User, email: str, form_key: UUID) -> None:
    """The session is over, and the visitor hears that the answer comes to this address: what we say from now on and
    nobody reads in the chat goes there. The address proves nothing, as one that was typed there. `Refusal` for one
    that is none, and where no session goes on."""
    email = normal_address(email.strip())[:320]
    try:
        validate_email(email)
    except ValidationError:
        raise Refusal(_("Write the address to which the answer should go.")) from None
    if chat := chat_in(case):
        # Before the case, as who writes a line does, so that neither waits for the other for ever.
        hold_visitors(chat.pk)
    case, contact = _going_on(case)
    if chat is None or contact.conversation_id != chat.pk:
        raise Refusal(_("This chat has ended."))
    ChatVisitor.objects.filter(conversation=contact.conversation_id).update(email=email)
    language = contact.visitor.language
    end_chat(contact.conversation_id, ending=Ending.PARKED, actor=Actor.human(author))
    with translation.override(language if language in dict(LANGUAGES) else translation.get_language()):
        text = _("We answer you by e-mail, at %(address)s. You can write here again at any time.")
        say_in_case(case, text=text % {"address": email}, author=author, form_key=form_key)


@transaction.atomic
def hand_over_chat(
    case: Case, *, author: User, context: str, form_key: UUID, person: User | None = None, team: Team | None = None
) -> None:
    """The chat is that of `person`, or of whoever of `team` takes it, with what they should know as a note. The same
    `form_key` does it once. `Refusal` without a context, and where no session goes on."""
    if (person is None) == (team is None):
        raise Refusal(_("Choose a colleague or a team."))
    if not context.strip():
        raise Refusal(_("Write what the next one should know, so that the customer does not have to say it again."))
    case, contact = _going_on(case)
    one_at_a_time(form_key)
    if Note.objects.filter(form_key=form_key).exists():
        return
    before, actor = case.owner_id, Actor.human(author)
    add_note(case, author=author, html=_to(person, context), form_key=form_key)
    if person is not None:
        assign_case(case, owner=person, actor=actor)
        dismiss(contact.conversation_id, person)
    else:
        hand_off_case(case, team=team, actor=actor)
        assign_case(case, owner=None, actor=actor)
    event = ContactTransferred(
        contact_id=contact.pk,
        conversation_id=contact.conversation_id,
        from_id=before,
        to_id=person.pk if person else None,
        team_id=team.pk if team else None,
    )
    publish(event, actor=actor)


@transaction.atomic
def invite_to_chat(case: Case, *, author: User, person: User | None, context: str, form_key: UUID) -> None:
    """`person` is in the chat too, until one of both leaves it; a note tells them why. The same `form_key` does it
    once. `Refusal` for who may not see the case or serve customers."""
    case, contact = _going_on(case)
    if person is None or not (person.is_agent and people_who_see(case).filter(pk=person.pk).exists()):
        raise Refusal(_("Choose a colleague who may answer in this case."))
    if person.pk == case.owner_id:
        raise Refusal(_("%(name)s is in this chat already.") % {"name": person})
    one_at_a_time(form_key)
    if Note.objects.filter(form_key=form_key).exists():
        return
    add_note(case, author=author, html=_to(person, context or _("please join this chat.")), form_key=form_key)
    admit(contact, person, actor=Actor.human(author))


@transaction.atomic
def leave_chat(case: Case, *, author: User) -> None:
    """A guest is no longer in the chat; its owner leaves it to the first guest. `Refusal` for who would leave nobody
    behind."""
    case, contact = _going_on(case)
    if dismiss(contact.conversation_id, author):
        return
    guests = guests_in(contact.conversation_id)
    if case.owner_id != author.pk or not guests:
        raise Refusal(_("Nobody else is in this chat. Hand it over, or end it."))
    assign_case(case, owner=guests[0], actor=Actor.human(author))
    dismiss(contact.conversation_id, guests[0])
    event = ContactTransferred(
        contact_id=contact.pk,
        conversation_id=contact.conversation_id,
        from_id=author.pk,
        to_id=guests[0].pk,
        team_id=None,
    )
    publish(event, actor=Actor.human(author))


@transaction.atomic
def follow_owner(case_id: int) -> None:
    """The chat of the case is its owner's, as that is now."""
    case = Case.objects.select_for_update(no_key=True).filter(pk=case_id, channel="chat").first()
    if case is not None:
        hold_chats(conversation_ids_of(case), person_id=case.owner_id)
        show_owners([case.pk])


def _going_on(case: Case) -> tuple[Case, Contact]:
    """The case and the session of its chat, both held."""
    case = locked(case)
    conversation = chat_in(case)
    found = Contact.objects.select_for_update(of=("self",)).select_related("visitor")
    contact = found.filter(conversation=conversation, ended_at=None).first() if conversation else None
    if contact is None:
        raise Refusal(_("This chat has ended."))
    return case, contact


def _to(person: User | None, context: str) -> str:
    """Plain words as the HTML of a note that mentions them."""
    mention = f'<span data-mention="{person.pk}">@{escape(str(person))}</span> ' if person else ""
    first, *others = [line for line in context[:MOST_CONTEXT].split("\n") if line.strip()]
    return f"<p>{mention}{escape(first)}</p>" + "".join(f"<p>{escape(line)}</p>" for line in others)
