"""Settings of people, of the organisation and of oneself."""

from django.urls import path

from ancora.platform.accounts.views import mine, organisation, people

app_name = "accounts"
urlpatterns = [
    path("", organisation.index, name="index"),
    path("organisation/", organisation.organisation_page, name="organisation"),
    path("people/", people.people_page, name="people"),
    path("people/invite/", people.invite_page, name="invite"),
    path("people/<int:pk>/", people.person_page, name="person"),
    path("people/<int:pk>/link/", people.password_link_page, name="password_link"),
    path("people/<int:pk>/second-factor/", people.second_factor, name="second_factor"),
    path("mine/", mine.profile_page, name="mine"),
    path("mine/tokens/", mine.tokens_page, name="tokens"),
    path("mine/tokens/<int:pk>/delete/", mine.delete, name="delete_token"),
]
