"""What a browser says of itself when it is to be pushed to, and what people call it."""

from django import forms

from ancora.cases.notifications.push.commands import Subscription
from ancora.cases.notifications.push.models import LONGEST_ENDPOINT

# The first that is in what a browser calls itself: most call themselves by the names of others too.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Vivaldi": "Vivaldi",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


class PushForm(forms.Form):
    """`was`: the endpoint a browser had when it was last heard of; with it only one that is known is renewed."""

    endpoint = forms.CharField(max_length=LONGEST_ENDPOINT)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)
    was = forms.CharField(max_length=LONGEST_ENDPOINT, required=False)

    @property
    def subscription(self) -> Subscription:
        given = self.cleaned_data
        return Subscription(given["endpoint"], given["p256dh"], given["auth"])


def device_named(user_agent: str) -> str:
    """Words for a browser, like `Firefox · Windows`; empty when nothing is known of it."""
    found = (_first(names, user_agent) for names in (_BROWSERS, _SYSTEMS))
    return " · ".join(name for name in found if name)


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for sign, name in names.items() if sign in user_agent), "")
