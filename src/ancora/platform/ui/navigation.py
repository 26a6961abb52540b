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
    is_for_leads: bool = False


@dataclass(frozen=True, slots=True)
class ShownLink:
    label: object
    url: str
    icon: str
    is_current: bool


_links: dict[str, SettingsLink] = {}


def settings_link(
    label, url_name: str, order: int, *, icon: str = "settings", for_everybody: bool = False, for_leads: bool = False
) -> None:
    """Adds a page to the settings' navigation; `label` is lazily translated. Without `for_everybody` or `for_leads`
    only administrators see it. Called in an app's `ready()`."""
    _links[url_name] = SettingsLink(label, url_name, order, icon, for_everybody, for_leads)


def settings_links(request) -> list[ShownLink]:
    """The links this person sees, in order; the one whose address best begins the current one is marked."""
    is_administrator = getattr(request.user, "is_administrator", False)
    is_lead = getattr(request.user, "is_lead", False)
    seen = [
        link for link in _links.values() if is_administrator or link.is_for_everybody or (is_lead and link.is_for_leads)
    ]
    addresses = {link.url_name: reverse(link.url_name) for link in seen}
    current = max((a for a in addresses.values() if request.path.startswith(a)), key=len, default=None)
    return [
        ShownLink(link.label, addresses[link.url_name], link.icon, addresses[link.url_name] == current)
        for link in sorted(seen, key=lambda link: link.order)
    ]
