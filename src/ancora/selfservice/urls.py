from django.urls import path

from ancora.selfservice.views import lines, page, signs

app_name = "selfservice"
urlpatterns = [
    path("<str:account>/", page.chat, name="chat"),
    path("<str:account>/begin/", lines.begin, name="begin"),
    path("<str:account>/lines/", lines.lines, name="lines"),
    path("<str:account>/files/<int:pk>-<str:key>/", lines.file, name="file"),
    path("<str:account>/seen/", signs.seen, name="seen"),
    path("<str:account>/typing/", signs.typing, name="typing"),
    path("<str:account>/end/", signs.end, name="end"),
]
