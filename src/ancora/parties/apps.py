from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "ancora.parties"
    label = "parties"
