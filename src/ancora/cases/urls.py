"""Settings of the words of cases, and of senders."""

from django.urls import path

from ancora.cases import views
from ancora.cases.routing import views as routing
from ancora.cases.service_levels import views as levels

app_name = "cases"
urlpatterns = [
    path("outcomes/", views.outcomes_page, name="outcomes"),
    path("outcomes/<int:pk>/", views.outcome_page, name="outcome"),
    path("outcomes/<int:pk>/move/", views.move, name="move_outcome"),
    path("tags/", views.tags_page, name="tags"),
    path("tags/<int:pk>/", views.tag_page, name="tag"),
    path("service-levels/", levels.policies_page, name="policies"),
    path("service-levels/new/", levels.new_policy, name="new_policy"),
    path("service-levels/preview/", levels.policy_preview, name="policy_preview"),
    path("service-levels/run/", levels.run_part, name="clock_run"),
    path("service-levels/<int:pk>/", levels.policy_page, name="policy"),
    path("service-levels/<int:pk>/delete/", levels.remove_policy, name="remove_policy"),
    path("routing/", routing.routing_page, name="routing"),
    path("routing/teams/<int:pk>/", routing.team_page, name="team_routing"),
    path("routing/skills/new/", routing.new_skill, name="new_skill"),
    path("routing/skills/<int:pk>/", routing.skill_page, name="skill"),
    path("routing/limits/", routing.limits_page, name="limits"),
    path("senders/", views.senders_page, name="senders"),
    path("senders/<int:pk>/", views.block_page, name="block"),
    path("senders/images/<int:pk>/", views.forget_images, name="forget_images"),
]
