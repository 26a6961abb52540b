"""Changes to the list of third parties."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ancora.parties.models import ThirdParty
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def create_third_party(*, name: str, address: str, note: str = "", is_active: bool = True, actor: Actor) -> ThirdParty:
    """Refused when one with this address is in the list, also when it is switched off."""
    made = _saved(ThirdParty(name=name, address=address, note=note, is_active=is_active))
    publish(SettingChanged(kind="third_party", row_id=made.pk, verb="created"), actor=actor)
    return made


@transaction.atomic
def change_third_party(
    third_party: ThirdParty, *, name: str, address: str, note: str, is_active: bool, actor: Actor
) -> ThirdParty:
    """Switched off, it is offered no more and keeps its tasks and their threads. Open tasks go on at the new one."""
    third_party.name, third_party.address = name, address
    third_party.note, third_party.is_active = note, is_active
    _saved(third_party)
    publish(SettingChanged(kind="third_party", row_id=third_party.pk), actor=actor)
    return third_party


def _saved(row: ThirdParty) -> ThirdParty:
    """Two people who write the same address at once get one row and one refusal: the database decides."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        known = ThirdParty.objects.filter(address__iexact=row.address).exclude(pk=row.pk).first()
        if known is None:
            raise
        raise Refusal(_("%(name)s has this address already. Change that one.") % {"name": known}) from error
    return row
