"""Settings of teams."""

from django.urls import path

from ancora.parties import views

app_name = "parties"
urlpatterns = [
    path("teams/", views.teams_page, name="teams"),
    path("teams/new/", views.new_team, name="new_team"),
    path("teams/<int:pk>/", views.team_page, name="team"),
]
