from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "ancora.conversations"
    label = "conversations"

    def ready(self) -> None:
        from ancora.conversations import health, live  # noqa: F401
        from ancora.conversations.banner import banner
        from ancora.platform.ui.banners import declare_banner
        from ancora.platform.ui.navigation import settings_link

        settings_link(_("Mailboxes"), "conversations:mailboxes", 50, icon="mail", for_leads=True)
        settings_link(_("Mail providers"), "conversations:hooks", 55, icon="inbox")
        settings_link(_("Channels"), "conversations:channels", 57, icon="link")
        settings_link(_("Quarantine"), "conversations:quarantine", 70, icon="shield-alert")
        health.declare()
        declare_banner(banner)
