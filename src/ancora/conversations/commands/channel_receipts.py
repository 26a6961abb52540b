"""What the other side of a channel says became of a message of ours."""

from django.db import transaction

from ancora.conversations.channels.contract import InboundReceipt, ReceiptKind
from ancora.conversations.commands.settle import Settled, show_in_message
from ancora.conversations.events import MessageBounced, MessageDelivered
from ancora.conversations.identity import message_key
from ancora.conversations.models import ChannelAccount, Outgoing, Place, Recipient, RecipientState
from ancora.conversations.ways_back import READ
from ancora.customers.models import Bounce
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish

# A proof that it is there outweighs a report that it is not, whichever comes first.
_RANKS = {
    RecipientState.BOUNCED: 1,
    RecipientState.DELIVERED: 2,
}
_STATES = {
    ReceiptKind.FAILED: RecipientState.BOUNCED,
    ReceiptKind.DELIVERED: RecipientState.DELIVERED,
    ReceiptKind.READ: RecipientState.DELIVERED,
}


@transaction.atomic
def settle_receipt(account: ChannelAccount, receipt: InboundReceipt) -> Settled | None:
    """Mark the recipient of a message of this account; None when it is none of ours. Never backwards: a receipt that
    says less than what is known, and the same one again, have no further effect. A message that waits for another try
    and is there already is not sent again."""
    mine = Outgoing.objects.select_for_update(of=("self",)).filter(account=account)
    outgoing = (
        mine.filter(message__message_key=message_key(receipt.key)).exclude(state=RecipientState.TAKEN_BACK).first()
    )
    # One that was taken back was never tried.
    if outgoing is None or not outgoing.attempts:
        return None
    place = Place.objects.get(message_id=outgoing.message_id, until__isnull=True)
    if _mark(outgoing.recipients.get(), receipt):
        show_in_message(outgoing)
        event = MessageBounced if receipt.kind == ReceiptKind.FAILED else MessageDelivered
        reason = READ if receipt.kind == ReceiptKind.READ else None
        told = event(message_id=outgoing.message_id, conversation_id=place.conversation_id, reason=reason)
        publish(told, actor=SYSTEM)
    return Settled(outgoing.message_id, place.conversation_id)


def _mark(recipient: Recipient, receipt: InboundReceipt) -> bool:
    state = _STATES[receipt.kind]
    known, told = _RANKS.get(recipient.state, 0), _RANKS[state]
    is_read = receipt.kind == ReceiptKind.READ and recipient.answer != READ
    if told < known or (told == known and not is_read):
        return False
    recipient.state, recipient.bounce = state, ""
    recipient.answer = READ if receipt.kind == ReceiptKind.READ else receipt.words[:2000].replace("\0", "")
    if state == RecipientState.BOUNCED:
        recipient.bounce = Bounce.HARD
    recipient.save(update_fields=["state", "answer", "bounce"])
    return True
