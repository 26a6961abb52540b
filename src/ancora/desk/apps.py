from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "ancora.desk"
    label = "desk"
