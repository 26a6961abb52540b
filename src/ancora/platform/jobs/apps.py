from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "ancora.platform.jobs"
    label = "jobs"
