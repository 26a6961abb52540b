"""Addresses of the desk's chats."""

from django.urls import path

from ancora.desk.chats import becoming, blocking, mine, views

urlpatterns = [
    path("chats/mine/", mine.mine_part, name="my_chats"),
    path("chats/waiting/", mine.waiting_part, name="chats_waiting"),
    path("chats/pause/", mine.pause, name="chat_pause"),
    path("chats/today/", mine.today_page, name="chat_today"),
    path("chats/today/<slug:number>/", mine.sessions_page, name="chat_sessions"),
    path("cases/<int:reference>/say/", views.say, name="say"),
    path("cases/<int:reference>/chat/seen/", views.seen, name="chat_seen"),
    path("cases/<int:reference>/chat/block/", blocking.block, name="chat_block"),
    path("cases/<int:reference>/chat/blocked/", blocking.blocked_part, name="chat_blocked"),
    path("cases/<int:reference>/chat/unblock/", blocking.unblock, name="chat_unblock"),
    path("cases/<int:reference>/chat/", becoming.menu_part, name="chat_menu"),
    *(
        path(f"cases/<int:reference>/chat/{verb}/", becoming.become, {"verb": verb}, name=f"chat_{verb}")
        for verb in becoming.VERBS
    ),
    path("cases/<int:reference>/chat/typing/", views.typing, name="chat_typing"),
]
