"""Addresses of the first run."""

from django.urls import path

from ancora.desk.first_run import views

app_name = "first_run"
urlpatterns = [
    path("", views.code_page, name="code"),
    path("organisation/", views.organisation_page, name="organisation"),
    path("mailbox/", views.mailbox_page, name="mailbox"),
    path("mailbox/try/", views.try_page, name="try_mailbox"),
]
