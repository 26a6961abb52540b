"""Addresses of the team's load, below the desk's."""

from django.urls import path

from ancora.desk.team import views

urlpatterns = [
    path("", views.team_page, name="team"),
    path("give/", views.give, name="team_give"),
    path("spread/", views.spread, name="team_spread"),
    path("back/", views.back, name="team_back"),
]
