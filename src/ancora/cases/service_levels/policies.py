"""Which policy holds for a case, and how policies are changed."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from ancora.cases.models import Case, ServicePolicy
from ancora.cases.service_levels.clocks import Kind
from ancora.cases.service_levels.groups import addresses_of, is_one_of
from ancora.parties.calendar_queries import working_time_of
from ancora.parties.models import Calendar
from ancora.parties.working_time import WorkingTime
from ancora.platform.accounts.events import SettingChanged
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


@dataclass(frozen=True, slots=True)
class Terms:
    """What a policy promises one case. `warnings`: how much is left of each target when it warns."""

    targets: dict[Kind, timedelta]
    warnings: dict[Kind, timedelta]
    working_time: WorkingTime


class Book:
    """All policies in use and the calendars they go by, read once."""

    def __init__(self):
        self._policies = list(ServicePolicy.objects.filter(is_active=True).order_by("position", "id"))
        # Of the customer that was asked for last.
        self._addresses: dict[int, list[str]] = {}
        self._by_calendar: dict[int | None, WorkingTime] = {}
        self._calendars: dict[int, Calendar] | None = None

    def policy_for(self, case: Case) -> ServicePolicy | None:
        """The first one that fits."""
        return next((one for one in self._policies if _fits(one, case) and self._is_for(one, case)), None)

    def terms_for(self, case: Case) -> Terms | None:
        """None where nothing is promised."""
        policy = self.policy_for(case)
        if policy is None:
            return None
        minutes = policy.targets.get(str(case.priority), {})
        targets = {Kind(kind): timedelta(minutes=amount) for kind, amount in minutes.items()}
        warnings = {kind: _warning(policy, target) for kind, target in targets.items()}
        return Terms(targets, warnings, self._working_time(policy.calendar_id or (case.team and case.team.calendar_id)))

    def _is_for(self, policy: ServicePolicy, case: Case) -> bool:
        """Customers are asked for only where a policy that fits otherwise is for some."""
        if not policy.customers:
            return True
        if case.customer_id not in self._addresses:
            self._addresses = {case.customer_id: addresses_of(case.customer_id)}
        return is_one_of(policy.customers, self._addresses[case.customer_id])

    def _working_time(self, calendar_id: int | None) -> WorkingTime:
        if calendar_id not in self._by_calendar:
            self._by_calendar[calendar_id] = self._read(calendar_id)
        return self._by_calendar[calendar_id]

    def _read(self, calendar_id: int | None) -> WorkingTime:
        if self._calendars is None:
            self._calendars = {one.pk: one for one in Calendar.objects.prefetch_related("hours", "days")}
        default = next((one for one in self._calendars.values() if one.is_default), None)
        return working_time_of(self._calendars.get(calendar_id, default))


def policies(viewer) -> QuerySet[ServicePolicy]:
    """All, in the order in which they are asked."""
    return ServicePolicy.objects.select_related("mailbox", "team", "calendar").order_by("position", "id")


def policy_for_change(viewer, pk: int) -> ServicePolicy:
    """One policy, for an administrator; not yours → 404."""
    policy = policies(viewer).filter(pk=pk).first() if viewer.is_administrator else None
    if policy is None:
        raise Http404("No such policy.")
    return policy


@transaction.atomic
def save_policy(policy: ServicePolicy, *, actor: Actor, form_key: UUID | None = None) -> ServicePolicy:
    """Keep a policy, new or changed; all open cases get their clocks anew in the background. The same `form_key` gives
    the policy of the first time."""
    from ancora.cases.service_levels.runs import begin_run

    is_new = policy.pk is None
    if is_new and form_key:
        if known := ServicePolicy.objects.filter(form_key=form_key).first():
            return known
        policy.form_key = form_key
    if not is_new and not ServicePolicy.objects.select_for_update().filter(pk=policy.pk).exists():
        raise Refusal(_("This policy was deleted meanwhile."))
    policy.save()
    verb = "created" if is_new else "changed"
    publish(SettingChanged(kind="service_policy", row_id=policy.pk, verb=verb), actor=actor)
    begin_run()
    return policy


@transaction.atomic
def delete_policy(policy: ServicePolicy, *, actor: Actor) -> None:
    """Nothing when it is gone already."""
    from ancora.cases.service_levels.runs import begin_run

    pk = policy.pk
    _count, deleted = ServicePolicy.objects.filter(pk=pk).delete()
    if deleted.get(ServicePolicy._meta.label):
        publish(SettingChanged(kind="service_policy", row_id=pk, verb="deleted"), actor=actor)
        begin_run()


def _fits(policy: ServicePolicy, case: Case) -> bool:
    is_in_mailbox = policy.mailbox_id is None or policy.mailbox_id in case.mailbox_ids
    return is_in_mailbox and policy.team_id in (None, case.team_id) and policy.channel in ("", case.channel)


def _warning(policy: ServicePolicy, target: timedelta) -> timedelta:
    if policy.warning_unit == "percent":
        return target * policy.warns_before / 100
    return min(target, timedelta(minutes=policy.warns_before))
