from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ancora.desk"
    label = "desk"

    def ready(self) -> None:
        from ancora.desk import live  # noqa: F401
