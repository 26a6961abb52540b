from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "ancora.cases"
    label = "cases"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from ancora.cases.queries.matters import matter_of_conversation
        from ancora.conversations.matters import declare_matters
        from ancora.platform.ui.navigation import settings_link

        user_logged_out.connect(_forget_browser, dispatch_uid="push")
        declare_matters(matter_of_conversation)
        settings_link(_("Outcomes"), "cases:outcomes", 60, icon="check")
        settings_link(_("Tags"), "cases:tags", 61, icon="tag")
        settings_link(_("Service levels"), "cases:policies", 62, icon="clock")
        settings_link(_("Senders"), "cases:senders", 65, icon="shield-alert", for_everybody=True)


def _forget_browser(request, **_others) -> None:
    """Who signs out is no longer pushed to in that browser. Nobody but Django knows when that is."""
    from ancora.cases.notifications.push.commands import forget_browsers_of_session

    forget_browsers_of_session(request.session.session_key)
