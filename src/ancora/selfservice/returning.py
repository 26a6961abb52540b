"""Who comes back by the link in a mail: the chat goes on, and its case, while nobody knew whose it is, is of the
customer whose address it is."""

from django.db import transaction

from ancora.cases.commands.customer import recognise_customer_of_case
from ancora.cases.queries import case_of_conversation
from ancora.conversations.chats.commands.introducing import is_unknown_browser
from ancora.conversations.chats.commands.returning import come_back
from ancora.conversations.chats.visitors import Standing
from ancora.platform.events.actors import SYSTEM


@transaction.atomic
def return_by_link(account_token: str, visitor_token: str, *, ticket: str) -> Standing:
    """As `come_back`; where another customer had the address already, the case becomes theirs, unless a
    person or the website has said whose it is."""
    back = come_back(account_token, visitor_token, ticket=ticket)
    case = case_of_conversation(back.standing.conversation_id)
    # Of a case that was merged somebody else may be the customer by now.
    if case is not None and case.customer_id != back.handle.customer_id and is_unknown_browser(case.customer_id):
        recognise_customer_of_case(case, customer=back.handle.customer, actor=SYSTEM)
    return back.standing
