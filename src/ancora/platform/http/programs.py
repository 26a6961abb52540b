"""How programs speak to Ancora: by token, with the rights of its person, so many requests a minute."""

import base64
import binascii
import hashlib
from typing import Annotated, Any
from uuid import UUID

from django.core.exceptions import ValidationError as BadValue
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Field, Header, Schema
from ninja.errors import AuthenticationError, AuthorizationError, Throttled
from ninja.security import HttpBearer
from pydantic import AfterValidator, StringConstraints

from ancora.platform import clock
from ancora.platform.accounts.commands import token_owner
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.http.pace import count

REQUESTS_A_MINUTE = 600
LARGEST_ID = 2**63 - 1


class TokenAuth(HttpBearer):
    """`Authorization: Bearer ancora_…`; the request acts for the token's person, in that person's language."""

    openapi_name = "token"

    def authenticate(self, request, token: str) -> User:
        owner = token_owner(token.strip())
        if owner is None:
            raise AuthenticationError
        translation.activate(owner.language or current_organisation().language)
        spend(hashlib.sha256(token.encode()).hexdigest())
        request.user = owner
        return owner


def spend(who: str, requests: int = 1) -> None:
    """Count requests of `who` in the present minute; `Throttled` with the seconds to wait when they are too many."""
    if count(f"api:{who[:32]}", requests) > REQUESTS_A_MINUTE:
        raise Throttled(60 - clock.now().second)


def agent_of(request) -> User:
    """The person behind the request, who may serve customers; observers get 403."""
    if not request.user.is_agent:
        raise AuthorizationError(message=_("Observers read, and write notes; they change nothing else."))
    return request.user


def lead_of(request) -> User:
    """The person behind the request, a lead or an administrator; others get 403."""
    if not request.user.is_lead:
        raise AuthorizationError(message=_("Only leads and administrators read the record of events."))
    return request.user


def check_mail_address(text: str) -> str:
    """The address, when it is one; else `ValueError`."""
    try:
        validate_email(text)
    except BadValue as error:
        raise ValueError("no mail address") from error
    return text


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("a NUL character cannot be stored")
    return text


def _one_line(text: str) -> str:
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise ValueError("one line without control characters")
    return text


def _bytes(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    return text


Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Text = Annotated[str, AfterValidator(_storable)]
Line = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_one_line)]
MailAddress = Annotated[Line, Field(max_length=254), AfterValidator(check_mail_address)]
Base64 = Annotated[str, AfterValidator(_bytes)]
IdempotencyKey = Annotated[
    UUID | None,
    Header(
        default=None,
        alias="Idempotency-Key",
        description="A UUID of your making. The same key gives the answer of the first time and does nothing more.",
    ),
]


class Problem(Schema):
    """What went wrong, in words; `errors` names the fields of a request that cannot be understood."""

    detail: str
    errors: list[dict[str, Any]] = []


class Address(Schema):
    """A mail address with the name written before it."""

    name: Annotated[Line, Field(max_length=320)] = ""
    address: MailAddress

    @property
    def pair(self) -> tuple[str, str]:
        return self.name, self.address


class FileIn(Schema):
    """A file to send along; `content` in base64. All files of one request: about 20 MB."""

    filename: Annotated[Line, Field(min_length=1, max_length=255)]
    content_type: Annotated[str, Field(pattern=r"^[\w.+-]{1,60}/[\w.+-]{1,60}$")] = "application/octet-stream"
    content: Base64

    @property
    def content_bytes(self) -> bytes:
        return base64.b64decode(self.content)


# What every operation may answer besides its own.
PROBLEMS: dict = {frozenset({400, 401, 403, 404, 413, 422, 429}): Problem}
