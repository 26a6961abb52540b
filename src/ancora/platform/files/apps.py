from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "ancora.platform.files"
    label = "files"
