"""The number of a case as a person writes it."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ancora.cases.models import Case
from ancora.cases.queries import case_with_number
from ancora.platform.accounts.models import User

_NUMBER = re.compile(r"^#?\s*(\d{1,18})$")


def is_number(written: str) -> bool:
    return _NUMBER.match(written.strip()) is not None


def case_written(written: str, viewer: User) -> Case:
    """The case to which a number leads; `ValidationError` when it is none, or of none that the viewer sees."""
    match = _NUMBER.match(written.strip())
    if match is None:
        raise ValidationError(_("Write the number of a case, such as 1042."))
    case = case_with_number(viewer, int(match[1]))
    if case is None:
        words = _("There is no case #%(number)s that you can see. Check the number.")
        raise ValidationError(words % {"number": match[1]})
    return case
