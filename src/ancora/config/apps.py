from django.apps import AppConfig
from django.db.models import fields
from django.utils.translation import gettext_lazy as _


class ConfigConfig(AppConfig):
    name = "ancora.config"
    label = "config"

    def ready(self) -> None:
        from ancora.config import checks, health

        # Django's own words for a choice not yet made are in few languages.
        fields.BLANK_CHOICE_LABEL = _("choose …")
        checks.declare()
        health.declare()
