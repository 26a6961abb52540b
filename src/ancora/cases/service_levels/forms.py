"""The form of a policy; how long is typed as text (`30 min`, `4 h`, `1 h 30 min`) and read here."""

import re

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from ancora.cases.models import Priority, ServicePolicy
from ancora.cases.routing.forms import CHANNELS
from ancora.cases.service_levels.clocks import Kind
from ancora.cases.service_levels.groups import normal_group_member
from ancora.cases.service_levels.models import WarningUnit
from ancora.cases.service_levels.reading import LABELS
from ancora.conversations.models import Mailbox
from ancora.parties.models import Calendar
from ancora.parties.queries import teams

LONGEST = 366 * 24 * 60
MOST_CUSTOMERS = 500
# So many customers of a policy are named in the list.
MOST_NAMED = 2
_CUSTOMER = re.compile(r"(?:[^@\s]{1,64}@)?[^@\s.]+(?:\.[^@\s.]+)+")
_LENGTH = re.compile(r"(?:(\d{1,4})\s*(?:h|hours?|or[ae]))?\s*(?:(\d{1,6})\s*(?:m|min|minut[ei]s?|minuti))?", re.I)
_FIELDS = (
    "name",
    "position",
    "mailbox",
    "team",
    "channel",
    "customers",
    "calendar",
    "warns_before",
    "warning_unit",
    "is_active",
)


class LengthField(forms.CharField):
    """Cleaned, it is minutes; None when nothing is promised."""

    def clean(self, value) -> int | None:
        text = super().clean(value).strip()
        found = _LENGTH.fullmatch(text)
        minutes = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
        if text and not 0 < minutes <= LONGEST:
            raise forms.ValidationError(
                _("“%(text)s” cannot be read; write 30 min, 4 h or 1 h 30 min.") % {"text": text}
            )
        return minutes or None


class CustomersField(forms.CharField):
    """Cleaned, it is a list of addresses and domains in the form in which they are compared."""

    widget = forms.Textarea(attrs={"rows": 2})

    def prepare_value(self, value):
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value) -> list[str]:
        found = dict.fromkeys(part.removeprefix("@") for part in re.split(r"[,;\s]+", super().clean(value)) if part)
        for part in found:
            if not _CUSTOMER.fullmatch(part):
                raise forms.ValidationError(_("“%(text)s” is neither an address nor a domain.") % {"text": part})
        if len(found) > MOST_CUSTOMERS:
            raise forms.ValidationError(_("At most %(count)d addresses and domains.") % {"count": MOST_CUSTOMERS})
        return list(dict.fromkeys(map(normal_group_member, found)))


class PolicyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    position = forms.IntegerField(
        label=gettext_lazy("Order"),
        min_value=0,
        max_value=999,
        initial=1,
        help_text=gettext_lazy("Asked from the smallest number on; the first that fits counts."),
    )
    mailbox = forms.ModelChoiceField(
        Mailbox.objects.none(), label=gettext_lazy("Mailbox"), required=False, empty_label=gettext_lazy("any")
    )
    team = forms.ModelChoiceField(None, label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("any"))
    channel = forms.ChoiceField(
        label=gettext_lazy("Channel"),
        required=False,
        choices=[("", pgettext_lazy("channel", "any")), *CHANNELS.items()],
    )
    customers = CustomersField(
        label=gettext_lazy("Only these customers"),
        required=False,
        help_text=gettext_lazy(
            "Addresses or domains, separated by commas: anna@bar.example, hotel.example. Empty: all."
        ),
    )
    calendar = forms.ModelChoiceField(
        Calendar.objects.order_by("name"),
        label=gettext_lazy("Calendar"),
        required=False,
        empty_label=gettext_lazy("that of the team, else of the organisation"),
    )
    warns_before = forms.IntegerField(label=gettext_lazy("Warn when left"), min_value=0, max_value=LONGEST, initial=25)
    warning_unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=WarningUnit.choices)
    is_active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, viewer, policy: ServicePolicy | None = None, **kwargs):
        if policy:
            kwargs["initial"] = {name: getattr(policy, name) for name in _FIELDS}
            kwargs["initial"] |= {name: getattr(policy, f"{name}_id") for name in ("mailbox", "team", "calendar")}
        super().__init__(*args, **kwargs)
        self._policy = policy
        self.fields["mailbox"].queryset = Mailbox.objects.order_by("name", "id")
        self.fields["team"].queryset = teams(viewer).filter(Q(is_active=True) | Q(pk=policy and policy.team_id))
        for priority in _priorities():
            kept = (policy.targets if policy else {}).get(str(priority.value), {})
            for kind in Kind:
                label = f"{priority.label}: {LABELS[kind]}"
                widget = forms.TextInput(attrs={"placeholder": "–", "aria-label": label, "autocomplete": "off"})
                field = LengthField(label=label, required=False, max_length=30, widget=widget)
                field.initial = written_length(kept[kind]) if kind in kept else ""
                self.fields[_name(priority, kind)] = field

    @property
    def grid(self) -> list[tuple]:
        """A priority, and its field for each kind of clock."""
        return [(priority.label, [self[_name(priority, kind)] for kind in Kind]) for priority in _priorities()]

    def clean(self):
        given = super().clean()
        if given.get("warning_unit") == WarningUnit.PERCENT and (given.get("warns_before") or 0) > 100:
            self.add_error("warns_before", _("At most 100 per cent."))
        return given

    def written(self) -> ServicePolicy:
        """The policy as it was typed, not kept yet."""
        policy = self._policy or ServicePolicy()
        for name in _FIELDS:
            setattr(policy, name, self.cleaned_data[name])
        policy.targets = {}
        for priority in _priorities():
            lengths = {str(kind): self.cleaned_data[_name(priority, kind)] for kind in Kind}
            if kept := {kind: minutes for kind, minutes in lengths.items() if minutes}:
                policy.targets[str(priority.value)] = kept
        return policy


def sentences(policy: ServicePolicy) -> list[str]:
    """What a policy promises in plain words, a sentence for each priority."""
    promises = {
        Kind.FIRST_RESPONSE: _("first answer within %(length)s"),
        Kind.NEXT_RESPONSE: _("every further answer within %(length)s"),
        Kind.RESOLUTION: _("solved within %(length)s"),
    }
    found = []
    for priority in _priorities():
        kept = policy.targets.get(str(priority.value), {})
        said = [words % {"length": _in_words(kept[kind])} for kind, words in promises.items() if kind in kept]
        name, nothing = str(priority.label).capitalize(), _("nothing is promised")
        found.append(f"{name}: {', '.join(said) or nothing}.")
    return found


def scope_in_words(policy: ServicePolicy) -> str:
    """Which cases it is for, where it is not for all; the first of the customers stand for the others."""
    names = [str(one) for one in (policy.mailbox, policy.team) if one]
    names += [str(CHANNELS[policy.channel])] if policy.channel in CHANNELS else []
    names += policy.customers[:MOST_NAMED]
    if (more := len(policy.customers) - MOST_NAMED) > 0:
        names.append(ngettext("%(count)d more", "%(count)d more", more) % {"count": more})
    return ", ".join(names)


def written_length(minutes: int) -> str:
    """As it is typed."""
    hours, rest = divmod(minutes, 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def _in_words(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not rest:
        return ngettext("%(count)d working hour", "%(count)d working hours", hours) % {"count": hours}
    if not hours:
        return ngettext("%(count)d working minute", "%(count)d working minutes", rest) % {"count": rest}
    return _("%(length)s of working time") % {"length": written_length(minutes)}


def _priorities() -> list[Priority]:
    return list(reversed(Priority))


def _name(priority: Priority, kind: Kind) -> str:
    return f"target_{priority.value}_{kind}"
