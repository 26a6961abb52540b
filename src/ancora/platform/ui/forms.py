"""How a form meets a command."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.forms import BaseForm

from ancora.platform.errors import Refusal


def attempt(form: BaseForm, command: Callable, *arguments, **named):
    """What the command gives back (True for nothing), or None with its refusal put into the form."""
    try:
        result = command(*arguments, **named)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    except ValidationError as error:
        form.add_error(None, error)
        return None
    return True if result is None else result


def is_sent(request, form: BaseForm) -> bool:
    """The form was posted and can be used."""
    return request.method == "POST" and form.is_valid()
