"""The page that shows every component."""

from django.urls import path

from ancora.platform.ui import views

app_name = "ui"
urlpatterns = [path("components/", views.components, name="components")]
