"""All addresses."""

from django.urls import include, path

from ancora.config.api import api

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("settings/", include("ancora.platform.accounts.urls")),
    path("settings/", include("ancora.parties.urls")),
    path("settings/", include("ancora.conversations.urls")),
    path("hooks/", include("ancora.conversations.hooks_urls")),
    path("chat/", include("ancora.selfservice.urls")),
    path("settings/", include("ancora.selfservice.accounts.urls")),
    path("settings/", include("ancora.cases.urls")),
    path("", include("ancora.platform.ui.urls")),
    path("setup/", include("ancora.desk.first_run.urls")),
    path("demo/", include("ancora.demo.urls")),
    path("", include("ancora.desk.urls")),
]
handler404 = "ancora.platform.http.errors.not_found"
handler500 = "ancora.platform.http.errors.broken"
