"""Every event class holds ids, codes, numbers and times only, and comes back from the record as it went in."""

import json
from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ancora.platform.events.event import Code, known_events
from ancora.platform.events.tests import examples

OURS = {name: event for name, event in known_events.items() if not name.startswith("test.")}
PLAIN = {bool, int, float, Decimal, UUID, datetime, date, Code}
VALUES = {
    bool: st.booleans(),
    int: st.integers(-(2**53), 2**53),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    UUID: st.uuids(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    date: st.dates(),
    Code: st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.:/+-]{0,63}", fullmatch=True),
}


def _kinds(wanted) -> tuple[list, bool]:
    """(the type without None, whether None is allowed)"""
    if get_origin(wanted) in (Union, UnionType):
        return [kind for kind in get_args(wanted) if kind is not NoneType], NoneType in get_args(wanted)
    return [wanted], False


def _values(wanted):
    (kind,), may_be_none = _kinds(wanted)
    if get_origin(kind) in (list, tuple):
        found = st.lists(_values(get_args(kind)[0]), max_size=5).map(get_origin(kind))
    else:
        found = VALUES[kind]
    return st.one_of(st.none(), found) if may_be_none else found


def _instances(event):
    hints = get_type_hints(event, include_extras=True)
    ids = st.integers(1, 2**63 - 1)
    given_fields = {}
    for field in fields(event):
        if field.name in event.objects:
            may_be_none = _kinds(hints[field.name])[1]
            given_fields[field.name] = st.one_of(st.none(), ids) if may_be_none else ids
        else:
            given_fields[field.name] = _values(hints[field.name])
    return st.builds(event, **given_fields)


def test_vocabulary_is_known():
    assert len(OURS) > 30
    assert {"case.opened", "message.received", "setting.changed", "identity.observed"} <= set(OURS)


@pytest.mark.parametrize("name", sorted(OURS))
def test_event_holds_no_names_addresses_or_texts(name):
    event = OURS[name]
    hints = get_type_hints(event, include_extras=True)
    assert event.__doc__, "an event says what happened"
    assert set(event.objects) <= {field.name for field in fields(event)}
    for field in fields(event):
        (kind,), _may_be_none = _kinds(hints[field.name])
        if field.name in event.objects:
            assert kind is int, field.name
        elif get_origin(kind) in (list, tuple):
            assert get_args(kind)[0] in PLAIN, field.name
        else:
            assert kind in PLAIN, field.name


@pytest.mark.parametrize("name", sorted(OURS))
def test_missing_attribute_of_an_old_event_is_its_default_or_none(name):
    event = OURS[name]
    restored = event.restored({"gone": 1}, {})
    for field in fields(event):
        assert getattr(restored, field.name) == (None if field.default is MISSING else field.default)


@pytest.mark.parametrize("name", [*sorted(OURS), "test.everything"])
def test_event_comes_back_as_it_went_in(name):
    event_class = known_events[name]

    @settings(max_examples=25)
    @given(_instances(event_class))
    def round_trip(event):
        attributes = json.loads(json.dumps(event.attributes()))
        objects = {field: pk for field, _kind, pk in event.named_objects()}
        assert event_class.restored(attributes, objects) == event

    round_trip()


@pytest.mark.parametrize(
    "text", ["Carla Bianchi", "carla@customers.example", "", "x" * 65, "è", "a\n", "a\nb", "<p>", "'", "a b"]
)
def test_text_is_refused_where_a_code_belongs(text):
    with pytest.raises(ValueError, match="codes, not text"):
        examples.Tried(code=text).attributes()


@pytest.mark.parametrize("value", [b"x", {"a": 1}, object(), ["ok", "not ok"]])
def test_anything_else_is_refused(value):
    with pytest.raises(ValueError, match="code"):
        examples.Tried(code=value).attributes()
