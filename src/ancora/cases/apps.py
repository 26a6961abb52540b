from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "ancora.cases"
    label = "cases"

    def ready(self) -> None:
        from ancora.cases.queries.matters import matter_of_conversation
        from ancora.conversations.matters import declare_matters
        from ancora.platform.ui.navigation import settings_link

        declare_matters(matter_of_conversation)
        settings_link(_("Outcomes"), "cases:outcomes", 60, icon="check")
        settings_link(_("Tags"), "cases:tags", 61, icon="tag")
        settings_link(_("Service levels"), "cases:policies", 62, icon="clock")
        settings_link(_("Routing"), "cases:routing", 63, icon="forward")
        settings_link(_("Senders"), "cases:senders", 65, icon="shield-alert", for_everybody=True)
