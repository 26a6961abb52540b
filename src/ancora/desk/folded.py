"""What of a mail is not shown at once: its signature, notices, and what it quotes."""

from dataclasses import dataclass

from ancora.conversations.models import Message
from ancora.desk.prose import rest_of


@dataclass(frozen=True, slots=True)
class Fold:
    """kind: signature, disclaimer or quote."""

    kind: str
    text: str


def folds(message: Message) -> list[Fold]:
    """The parts of a message below its new words. Together with these they are the whole text."""
    rest = rest_of(message.text, message.reply_text)
    found = []
    for kind, text in (("signature", message.signature), ("disclaimer", message.enclosed.get("disclaimer", ""))):
        before, text_found, after = rest.partition(text) if text else (rest, "", "")
        if text_found:
            rest = f"{before.rstrip()}\n\n{after.lstrip()}".strip()
            found.append(Fold(kind, text))
    return [*found, Fold("quote", rest)] if rest else found


def held(message: Message) -> tuple[bool, bool]:
    """A quick guess, without reading the text: whether a signature is folded, and whether more than that."""
    added = len(message.signature) + len(message.enclosed.get("disclaimer", ""))
    # A few line breaks lie between the parts.
    return added > 0, len(message.text) - len(message.reply_text) - added > 12 or not added
