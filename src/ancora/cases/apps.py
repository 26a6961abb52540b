from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "ancora.cases"
    label = "cases"
