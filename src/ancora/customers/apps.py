from django.apps import AppConfig


class CustomersConfig(AppConfig):
    name = "ancora.customers"
    label = "customers"
