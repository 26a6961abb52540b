"""The bell: what a person was told, what is read, and how they want to be told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ancora.cases.notifications.commands import choose_notifications, read_all
from ancora.cases.notifications.models import Kind
from ancora.cases.notifications.push.queries import browsers_of
from ancora.cases.notifications.queries import SIZE, choices_of, notification_page
from ancora.desk.notification_form import NotificationForm
from ancora.desk.sidebar import sidebar
from ancora.desk.views.access import number_in, people_only, wants_part
from ancora.platform.ui.forms import is_sent


@require_GET
@people_only
def bell_part(request):
    """The button with the number of unread ones."""
    return render(request, "desk/bell.html")


@require_GET
@people_only
def notifications_page(request):
    """The latest ones, `?before=<id>` older ones; as a part they fill the popover of the bell."""
    found = notification_page(request.user, before=number_in(request.GET.get("before")) or None)
    shown = found[:SIZE]
    context = {
        "notifications": shown,
        "newest": shown[0].pk if shown else 0,
        "has_unread": any(one.read_at is None for one in shown),
        "older": shown[-1].pk if len(found) > SIZE else None,
    }
    if wants_part(request):
        return render(request, "desk/notifications_list.html", {**context, "is_part": True})
    return render(request, "desk/notifications.html", {**context, "sidebar": sidebar(request.user)})


@require_POST
@people_only
def read(request):
    """All up to the one with the id `up_to`, the latest that was on the screen."""
    read_all(request.user, up_to=number_in(request.POST.get("up_to")))
    if wants_part(request):
        response = HttpResponse(status=204)
        response["HX-Trigger"] = "bell:read"
        return response
    return redirect("desk:notifications")


@people_only
def choices_page(request):
    """How the person wants to hear of each kind."""
    choices = choices_of([request.user.pk])[request.user.pk]
    if not request.user.is_administrator:
        # Only administrators hear of it.
        choices.pop(Kind.RULE_PAUSED)
    form = NotificationForm(request.POST or None, choices=choices)
    if is_sent(request, form):
        choose_notifications(request.user, choices=form.choices, pushed=form.pushed)
        messages.success(request, _("Saved. It counts for what happens from now on."))
        return redirect("desk:notification_settings")
    context = {"form": form, "browsers": browsers_of(request.user)}
    return render(request, "desk/notification_settings.html", context, status=422 if form.errors else 200)
