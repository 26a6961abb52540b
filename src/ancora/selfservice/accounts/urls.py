from django.urls import path

from ancora.selfservice.accounts import views

app_name = "chats"
urlpatterns = [
    path("chats/", views.chats_page, name="chats"),
    path("chats/new/", views.new_chat, name="new_chat"),
    path("chats/<int:pk>/", views.chat_page, name="chat"),
    path("chats/<int:pk>/key/", views.renew, name="renew_key"),
    path("chats/<int:pk>/key/old/", views.put_away, name="put_away_key"),
]
