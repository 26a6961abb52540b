from django.urls import path

from ancora.selfservice.accounts import blocked, views
from ancora.selfservice.advice import views as advice

app_name = "chats"
urlpatterns = [
    path("chats/", views.chats_page, name="chats"),
    path("chats/blocked/", blocked.blocked_page, name="blocked"),
    path("chats/blocked/<int:pk>/undo/", blocked.unblock, name="unblock"),
    path("chats/new/", views.new_chat, name="new_chat"),
    path("chats/<int:pk>/", views.chat_page, name="chat"),
    path("chats/<int:pk>/key/", views.renew, name="renew_key"),
    path("chats/<int:pk>/key/old/", views.put_away, name="put_away_key"),
    path("chats/advice/", advice.rules_page, name="advice"),
    path("chats/advice/new/", advice.new_rule, name="new_rule"),
    path("chats/advice/new/preview/", advice.rule_preview, name="new_rule_preview"),
    path("chats/advice/<int:pk>/", advice.rule_page, name="rule"),
    path("chats/advice/<int:pk>/preview/", advice.rule_preview, name="rule_preview"),
    path("chats/advice/<int:pk>/delete/", advice.remove_rule, name="remove_rule"),
]
