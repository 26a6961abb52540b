from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "ancora.config"
    label = "config"

    def ready(self) -> None:
        from ancora.config import checks, health

        checks.declare()
        health.declare()
