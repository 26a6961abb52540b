from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ancora.desk"
    label = "desk"

    def ready(self) -> None:
        from ancora.conversations.links import messages_are_shown_by
        from ancora.desk import live  # noqa: F401

        messages_are_shown_by("desk:case_of_message")
