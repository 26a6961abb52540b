"""Changing many cases as one.

A *bulk change* is what one person wants to become of many cases; each of them is one *item*. The items are worked off
one by one, each in its own transaction by the commands of a single change, in the person's name and with the person's
rights. A few are done at once, many by the worker; whoever works holds the bulk change, so that two never work on it
together, and what a crash interrupted goes on with the next item. An item keeps what it changed, from what to what:
so the whole can be *undone*, and what somebody changed since is left alone. Nothing is skipped in silence: a case that
was not changed, or not taken back, says why.
"""
