from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "ancora.parties"
    label = "parties"

    def ready(self) -> None:
        from ancora.platform.ui.navigation import settings_link

        settings_link(_("Teams"), "parties:teams", 40, icon="users")
        settings_link(_("Third parties"), "parties:third_parties", 42, icon="external-link", for_leads=True)
        settings_link(_("Calendars"), "parties:calendars", 45, icon="calendar")
