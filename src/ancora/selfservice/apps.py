from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SelfserviceConfig(AppConfig):
    name = "ancora.selfservice"
    label = "selfservice"

    def ready(self) -> None:
        from ancora.platform.ui.navigation import settings_link

        settings_link(_("Chats"), "chats:chats", 57, icon="monitor")
        settings_link(_("Channel advice"), "chats:advice", 57, icon="phone")
