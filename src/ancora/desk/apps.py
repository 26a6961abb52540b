from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "ancora.desk"
    label = "desk"

    def ready(self) -> None:
        from ancora.cases.notifications.links import shown_by
        from ancora.conversations.links import messages_are_shown_by
        from ancora.desk import live  # noqa: F401
        from ancora.platform.ui.navigation import settings_link

        shown_by(case="desk:case", task="desk:task", choices="desk:notification_settings")
        messages_are_shown_by("desk:case_of_message")
        settings_link(_("Notifications"), "desk:notification_settings", 12, icon="bell", for_everybody=True)
        settings_link(_("Macros"), "desk:macro_settings", 62, icon="copy", for_everybody=True)
        settings_link(_("Rules"), "desk:rules", 63, icon="play", for_leads=True)
        settings_link(_("Examples"), "desk:examples", 90, icon="list")
