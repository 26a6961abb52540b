from django.urls import path

from ancora.demo import views

app_name = "demo"
urlpatterns = [
    path("website/", views.website, name="website"),
    path("mail/", views.sent, name="sent"),
    path("mail/<str:key>/", views.message, name="message"),
]
