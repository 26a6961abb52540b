"""Makes an organisation ready for work."""

from django.db import transaction
from django.utils import translation

from ancora.cases.commands import create_default_outcomes
from ancora.desk.first_run.code import forget_setup_code
from ancora.parties.calendar_commands import create_first_calendar
from ancora.platform.accounts.commands import set_up_organisation
from ancora.platform.accounts.models import User


@transaction.atomic
def found_organisation(
    *, name: str, language: str, time_zone: str, person: str, email: str, password: str, public_address: str = ""
) -> User:
    """The organisation, its first administrator, a first list of outcomes and a first calendar in its language; the
    setup code opens nothing any more."""
    user = set_up_organisation(
        name=name,
        language=language,
        time_zone=time_zone,
        person=person,
        email=email,
        password=password,
        public_address=public_address,
    )
    with translation.override(language):
        create_default_outcomes()
        create_first_calendar(time_zone)
    transaction.on_commit(forget_setup_code)
    return user
