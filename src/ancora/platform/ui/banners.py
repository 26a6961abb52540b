"""What stands above every page: each package may add to it, so that this one knows none of them."""

from collections.abc import Callable

_declared: list[Callable] = []


def declare_banner(function: Callable) -> None:
    """`function(request)` gives HTML, or nothing, for pages of signed-in people; it must cost next to nothing. Called
    in an app's `ready()`."""
    if function not in _declared:
        _declared.append(function)


def banners_for(request) -> list[str]:
    return [html for function in _declared if (html := function(request))]
