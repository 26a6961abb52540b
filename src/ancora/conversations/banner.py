"""What stands above every page of administrators while something is wrong with mail, until they put it away."""

from django.template.loader import render_to_string

from ancora.conversations.alerts import open_alerts, told
from ancora.conversations.models import Alert

PUT_AWAY = "ancora_alerts"


def banner(request) -> str:
    """HTML for administrators, empty for others. It costs no query while the alerts are known."""
    if not getattr(request.user, "is_administrator", False):
        return ""
    alerts = open_alerts()
    is_put_away = request.COOKIES.get(PUT_AWAY, "") == mark_of(alerts)
    shown = [] if is_put_away else [told(alert) for alert in alerts]
    return render_to_string("conversations/banner.html", {"alerts": shown}, request)


def mark_of(alerts: list[Alert]) -> str:
    """What is remembered of alerts that were put away: the next change shows the banner again."""
    return ".".join(str(alert.pk) for alert in alerts) or "none"
