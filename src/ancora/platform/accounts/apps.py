from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ancora.platform.accounts"
    label = "accounts"
