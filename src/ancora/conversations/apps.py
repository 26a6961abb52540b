from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "ancora.conversations"
    label = "conversations"
