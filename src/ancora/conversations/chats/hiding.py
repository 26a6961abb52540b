"""Numbers of cards, bank accounts and tax offices that were written where nobody knows who writes: they are covered
before anything is kept, told or searched. What is in a file is not looked at."""

from ancora.conversations.chats.visitors import Standing
from ancora.conversations.models import ChatLine
from ancora.platform.text.masking import covered

# Of `Message.enclosed`: the kinds of numbers that were covered in it (see `platform.text.masking.Sensitive`).
HIDDEN = "hidden"


def kept_of(standing: Standing, text: str, names: list[str]) -> tuple[str, list[str], tuple[str, ...]]:
    """The text and the names of files as they may be kept, and the kinds of what was covered; nothing is for who has
    proved who they are."""
    if standing.is_proved:
        return text, names, ()
    found = [covered(one) for one in (text, *names)]
    kinds = dict.fromkeys(str(kind) for one in found for kind in one.kinds)
    return found[0].text, [one.text for one in found[1:]], tuple(kinds)


def hidden_in(conversation_id: int, number: int) -> tuple[str, ...]:
    """The kinds that were covered in a line."""
    kept = ChatLine.objects.filter(conversation=conversation_id, number=number)
    return tuple((kept.values_list("message__enclosed", flat=True).first() or {}).get(HIDDEN, ()))
