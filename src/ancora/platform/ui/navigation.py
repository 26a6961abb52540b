"""The settings' navigation: every package adds its own pages, so that this one knows none of them."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class SettingsLink:
    label: object
    url_name: str
    order: int
    icon: str
    is_for_everybody: bool


@dataclass(frozen=True, slots=True)
class ShownLink:
    label: object
    url: str
    icon: str
    is_current: bool


_links: dict[str, SettingsLink] = {}


def settings_link(label, url_name: str, order: int, *, icon: str = "settings", for_everybody: bool = False) -> None:
    """Adds a page to the settings' navigation; `label` is lazily translated. Without `for_everybody` only
    administrators see it. Called in an app's `ready()`."""
    _links[url_name] = SettingsLink(label, url_name, order, icon, for_everybody)


def settings_links(request) -> list[ShownLink]:
    """The links this person sees, in order; the one whose address begins the current one is marked."""
    is_administrator = getattr(request.user, "is_administrator", False)
    shown = [link for link in _links.values() if is_administrator or link.is_for_everybody]
    return [
        ShownLink(link.label, address := reverse(link.url_name), link.icon, request.path.startswith(address))
        for link in sorted(shown, key=lambda link: link.order)
    ]
