from django.urls import path

from ancora.selfservice.views import devices, lines, page, people, signs, ways

app_name = "selfservice"
urlpatterns = [
    path("<str:account>/", page.chat, name="chat"),
    path("<str:account>/widget.js", page.script, name="script"),
    path("<str:account>/now/", page.now, name="now"),
    path("<str:account>/advice/", ways.advice, name="advice"),
    path("<str:account>/begin/", lines.begin, name="begin"),
    path("<str:account>/lines/", lines.lines, name="lines"),
    path("<str:account>/files/<int:pk>-<str:key>/", lines.file, name="file"),
    path("<str:account>/seen/", signs.seen, name="seen"),
    path("<str:account>/typing/", signs.typing, name="typing"),
    path("<str:account>/end/", signs.end, name="end"),
    path("<str:account>/identify/", people.identify, name="identify"),
    path("<str:account>/return/", people.back, name="back"),
    path("<str:account>/device/", devices.make, name="device"),
    path("<str:account>/join/", devices.join, name="join"),
    path("<str:account>/address/", people.address, name="address"),
    path("<str:account>/link/", people.link, name="link"),
]
