from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "ancora.platform.live"
    label = "live"
