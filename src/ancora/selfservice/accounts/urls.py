from django.urls import path

from ancora.selfservice.accounts import blocked, views

app_name = "chats"
urlpatterns = [
    path("chats/", views.chats_page, name="chats"),
    path("chats/blocked/", blocked.blocked_page, name="blocked"),
    path("chats/blocked/<int:pk>/undo/", blocked.unblock, name="unblock"),
    path("chats/new/", views.new_chat, name="new_chat"),
    path("chats/<int:pk>/", views.chat_page, name="chat"),
    path("chats/<int:pk>/key/", views.renew, name="renew_key"),
]
