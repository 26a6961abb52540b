"""Settings of the words of cases, and of senders."""

from django.urls import path

from ancora.cases import views

app_name = "cases"
urlpatterns = [
    path("outcomes/", views.outcomes_page, name="outcomes"),
    path("outcomes/<int:pk>/", views.outcome_page, name="outcome"),
    path("outcomes/<int:pk>/move/", views.move, name="move_outcome"),
    path("tags/", views.tags_page, name="tags"),
    path("tags/<int:pk>/", views.tag_page, name="tag"),
    path("senders/", views.senders_page, name="senders"),
    path("senders/<int:pk>/", views.block_page, name="block"),
    path("senders/images/<int:pk>/", views.forget_images, name="forget_images"),
]
