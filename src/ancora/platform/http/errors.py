"""What a person sees when a page cannot be had: what happened, what is safe, what to do."""

from django.shortcuts import render


def stale_form(request, reason=""):
    """A form whose CSRF token is missing or old: nothing was changed."""
    return render(request, "ui/errors/stale_form.html", status=403)


def not_found(request, exception=None):
    return render(request, "ui/errors/not_found.html", status=404)


def broken(request):
    return render(request, "ui/errors/broken.html", status=500)
