from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "ancora.demo"
    label = "demo"
