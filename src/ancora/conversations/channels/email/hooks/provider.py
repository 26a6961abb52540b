"""What every provider is asked for, and what it may answer."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from ancora.conversations.models import InboundHook

DELIVERED, BOUNCED, COMPLAINED = "delivered", "bounced", "complained"


class Refused(Exception):
    """A post that is not taken. `code` is the HTTP status; the message is for the page of the hook."""

    def __init__(self, words: str, code: int = 403):
        super().__init__(words)
        self.code = code


class NotNow(Exception):
    """Nothing is wrong with the post, but it cannot be taken at present: the provider is to come again."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail as the provider has it: its bytes, or the same put together again where it gives only pieces.

    identity: the same whenever this mail is posted again · sender, recipients: of the envelope, as far as told.
    """

    raw: bytes
    identity: str
    sender: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a message of ours at one recipient. kind: delivered, bounced or complained · recipient: empty
    where the provider does not say which."""

    kind: str
    message_ids: tuple[str, ...]
    recipient: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """A post that says nothing, signed as the provider signs."""

    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Provider:
    """One provider, with the secrets of one hook. Subclasses are named by PROVIDER in their module."""

    # What the provider calls them; empty where there is none.
    secret_name: str = ""
    access_key_name: str = ""
    # Without it nothing can be proved; else the secret address alone is the proof.
    needs_secret = True
    # How it is set up there, one sentence each.
    steps: tuple = ()
    # What Ancora's address ends in for it.
    suffix = ""

    def __init__(self, hook: InboundHook) -> None:
        self.hook = hook

    def prove(self, request: HttpRequest) -> None:
        """That the provider sent this; `Refused` when it did not, or when it is too old."""

    def confirm(self, request: HttpRequest) -> str:
        """What is to be agreed before anything comes; gives the topic the post belongs to, where there are topics."""
        return ""

    def is_report(self, request: HttpRequest) -> bool:
        """Whether it tells of what we sent rather than bringing mail."""
        raise NotImplementedError

    def mails(self, request: HttpRequest) -> list[Delivered]:
        raise NotImplementedError

    def reports(self, request: HttpRequest) -> list[Reported]:
        """Nothing, where reports name messages by numbers of the provider's own, which are in no mail of ours."""
        return []

    def trial(self) -> Trial | None:
        """None where only the provider itself can sign."""
        return Trial(b"{}")

    def required_secret(self) -> str:
        if not self.hook.secret:
            words = _("The field “%(field)s” of this page is empty: nothing can be checked without it.")
            raise Refused(words % {"field": self.secret_name})
        return self.hook.secret


def payload(request: HttpRequest) -> Any:
    """The JSON of a post."""
    if not hasattr(request, "hook_payload"):
        request.hook_payload = json.loads(request.body)
    return request.hook_payload


def as_bytes(text: str) -> bytes:
    """The bytes behind a text of JSON; what is no UTF-8 was lost before it came here."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")
