from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ancora.platform.ui"
    label = "ui"
