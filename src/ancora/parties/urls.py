"""Settings of teams and calendars."""

from django.urls import path

from ancora.parties import calendar_views, third_party_views, views

app_name = "parties"
urlpatterns = [
    path("teams/", views.teams_page, name="teams"),
    path("teams/new/", views.new_team, name="new_team"),
    path("teams/<int:pk>/", views.team_page, name="team"),
    path("third-parties/", third_party_views.third_parties_page, name="third_parties"),
    path("third-parties/new/", third_party_views.new_third_party, name="new_third_party"),
    path("third-parties/<int:pk>/", third_party_views.third_party_page, name="third_party"),
    path("calendars/", calendar_views.calendars_page, name="calendars"),
    path("calendars/new/", calendar_views.new_calendar, name="new_calendar"),
    path("calendars/preview/", calendar_views.preview, name="preview_calendar"),
    path("calendars/regions/", calendar_views.region_field, name="regions"),
    path("calendars/<int:pk>/", calendar_views.calendar_page, name="calendar"),
    path("calendars/<int:pk>/delete/", calendar_views.delete_calendar, name="delete_calendar"),
]
