"""Which browsers a person is pushed to."""

from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404

from ancora.cases.notifications.push.models import PushBrowser
from ancora.platform import clock


def reached_browsers() -> QuerySet[PushBrowser]:
    """Those in which their person is still signed in, and may be."""
    session = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=clock.now())
    return PushBrowser.objects.filter(Exists(session), person__is_active=True)


def browsers_of(viewer) -> QuerySet[PushBrowser]:
    """The viewer's own, the oldest first."""
    return reached_browsers().filter(person=viewer).order_by("id")


def browser_for(viewer, pk: int) -> PushBrowser:
    """One of the viewer's own; not theirs → 404."""
    found = browsers_of(viewer).filter(pk=pk).first()
    if found is None:
        raise Http404("No such browser.")
    return found
