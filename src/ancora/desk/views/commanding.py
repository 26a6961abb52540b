"""What the command bar lists."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from ancora.desk.commanding import choices_for
from ancora.desk.views.access import number_in, people_only
from ancora.platform.ui.navigation import settings_links


@require_GET
@people_only
def choices_part(request):
    """`?q=` what was typed, `?case=` the number of the case on the screen."""
    groups = choices_for(
        request.user,
        request.GET.get("q", ""),
        reference=number_in(request.GET.get("case")) or None,
        settings=settings_links(request),
    )
    return render(request, "desk/command_choices.html", {"groups": groups})
