"""The organisation's language: in it stands what the worker writes down, as nobody in particular asked for it."""

from collections.abc import Callable
from functools import wraps

from django.utils.translation import override

from ancora.platform.accounts.queries import current_organisation


def our_language() -> str:
    """Of the organisation, as of at most five seconds ago."""
    return current_organisation().language


def in_our_language[**P, T](function: Callable[P, T]) -> Callable[P, T]:
    """`function`, with all its words in the organisation's language."""

    @wraps(function)
    def run(*args: P.args, **named: P.kwargs) -> T:
        with override(our_language()):
            return function(*args, **named)

    return run
