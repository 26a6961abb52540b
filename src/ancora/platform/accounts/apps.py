from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "ancora.platform.accounts"
    label = "accounts"

    def ready(self) -> None:
        from ancora.platform.ui.navigation import settings_link

        settings_link(_("My profile"), "accounts:mine", 10, icon="user", for_everybody=True)
        settings_link(_("API tokens"), "accounts:tokens", 11, icon="key", for_everybody=True)
        settings_link(_("Organisation"), "accounts:organisation", 20, icon="building")
        settings_link(_("People"), "accounts:people", 30, icon="users")
