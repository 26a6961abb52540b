"""Who signs in at the website after writing: the case of the unknown browser is the case of that person."""

from django.db import transaction

from ancora.cases.commands.customer import recognise_customer_of_case
from ancora.cases.queries import case_of_conversation
from ancora.conversations.chats.commands.recognising import recognise
from ancora.conversations.chats.queries import is_of_unknown_browser
from ancora.conversations.chats.visitors import Standing
from ancora.customers.models import Customer
from ancora.platform.events.actors import SYSTEM


@transaction.atomic
def sign_in(account_token: str, visitor_token: str, *, identity: str, language: str = "") -> Standing | None:
    """As `recognise`; a case of which nothing was known but this browser becomes that of the person. One that
    somebody gave to a customer, or whose customer has an address, stays theirs."""
    standing = recognise(account_token, visitor_token, identity=identity, language=language)
    if standing is None or standing.conversation_id is None or standing.talks_to == standing.customer_id:
        return standing
    case = case_of_conversation(standing.conversation_id)
    if case is not None and is_of_unknown_browser(case.customer_id, visitor_token):
        recognise_customer_of_case(case, customer=Customer.objects.get(pk=standing.customer_id), actor=SYSTEM)
    return standing
