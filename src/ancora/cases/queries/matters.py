"""What conversations are told of the case that holds them."""

from ancora.cases.queries.cases import case_of_conversation, conversation_ids_of
from ancora.conversations.matters import Matter


def matter_of_conversation(conversation_id: int) -> Matter | None:
    """All conversations of its case, and spam or trash when the case lies there."""
    case = case_of_conversation(conversation_id)
    return Matter(tuple(conversation_ids_of(case)), case.status if case.is_removed else "") if case else None
