"""One folder per kind of channel; each turns what its provider delivers into messages, and back.

`contract` says what a channel promises; this module knows which ones there are: the folders here that hold an
`adapter`, and the entry points `ancora.channels` of other packages, whose name is the kind. docs/writing-a-channel.md
walks through one.
"""

import functools
import logging
from importlib import import_module, metadata
from importlib.util import find_spec
from pkgutil import iter_modules

from ancora.conversations.channels.contract import Adapter

GROUP = "ancora.channels"
log = logging.getLogger("ancora.channels")


class NoSuchChannel(LookupError):
    """No folder and no installed package has an adapter of this kind, or it cannot be loaded."""


def kinds() -> list[str]:
    """Every kind of channel there is, our own first."""
    return [*own_kinds(), *sorted(_entries().keys() - set(own_kinds()))]


@functools.cache
def adapter_of(kind: str) -> Adapter:
    """The adapter of this kind; its module is loaded when it is first asked for. A folder of ours is never replaced
    by another package."""
    if kind in own_kinds():
        return import_module(f"{__name__}.{kind}.adapter").ADAPTER
    if kind not in _entries():
        raise NoSuchChannel(kind)
    try:
        return _entries()[kind].load()
    except Exception as error:
        log.exception("The channel %s cannot be loaded", kind)
        raise NoSuchChannel(kind) from error


@functools.cache
def own_kinds() -> tuple[str, ...]:
    """Those that have a folder here."""
    found = sorted(one.name for one in iter_modules(__path__) if one.ispkg)
    return tuple(name for name in found if find_spec(f"{__name__}.{name}.adapter"))


@functools.cache
def _entries() -> dict[str, metadata.EntryPoint]:
    return {entry.name: entry for entry in metadata.entry_points(group=GROUP)}
