from django.apps import AppConfig


class SelfserviceConfig(AppConfig):
    name = "ancora.selfservice"
    label = "selfservice"
