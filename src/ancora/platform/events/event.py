"""What an event class looks like, and what may be in it."""

import re
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin
from uuid import UUID

# A word of a closed vocabulary, such as `resolved` or `e-mail`: never free text.
Code = Annotated[str, "code"]
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,63}")

known_events: dict[str, type["Event"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events: frozen, past tense.

    `type` is the stored name, `objects` maps a field to the object type whose id it holds. Fields not in
    `objects` become attributes: numbers, codes and times only (`Code` for words).
    """

    type: ClassVar[str] = ""
    objects: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **kwargs) -> None:
        # Not super(): a dataclass with slots is built anew, and the closure's class would be the old one.
        object.__init_subclass__(**kwargs)
        if cls.type:
            known_events[cls.type] = cls

    def named_objects(self) -> list[tuple[str, str, int]]:
        """(field, object type, id) of every object this event is about, those without id left out."""
        return [
            (name, kind, value) for name, kind in self.objects.items() if (value := getattr(self, name)) is not None
        ]

    def attributes(self) -> dict[str, Any]:
        """The remaining fields as JSON values; a word that is no code is refused with ValueError."""
        found = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name not in self.objects and value is not None:
                found[field.name] = _plain(field.name, value)
        return found

    @classmethod
    def restored(cls, attributes: dict[str, Any], objects: dict[str, int]) -> "Event":
        """The event as it was published: attributes unknown to this version are left out, missing ones have their
        default, else None."""
        values = {}
        for field in fields(cls):
            stored = objects.get(field.name, attributes.get(field.name))
            if stored is not None:
                values[field.name] = _typed(field.type, stored)
            elif field.default is MISSING:
                values[field.name] = None
        return cls(**values)


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        if not _CODE.fullmatch(value):
            raise ValueError(f"{name}: an event holds codes, not text")
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(name, item) for item in value]
    raise ValueError(f"{name}: {type(value).__name__} cannot be in an event")


def _typed(wanted: Any, stored: Any) -> Any:
    """A JSON value as the type of its field."""
    if get_origin(wanted) in (Union, UnionType):
        wanted = next(kind for kind in get_args(wanted) if kind is not NoneType)
    if get_origin(wanted) in (list, tuple):
        return get_origin(wanted)(_typed(get_args(wanted)[0], item) for item in stored)
    if wanted in (datetime, date):
        return wanted.fromisoformat(stored)
    return wanted(stored) if wanted in (Decimal, UUID, float) else stored
