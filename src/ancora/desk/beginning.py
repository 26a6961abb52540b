"""How a case begins on our side: by a mail to somebody, or written down by hand."""

from django import forms
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from ancora.cases.commands import open_case_by_hand
from ancora.cases.models import Case
from ancora.cases.queries.cases import case_opened_by
from ancora.conversations.identities import identities
from ancora.customers.commands import create_customer
from ancora.customers.models import Customer
from ancora.desk.customer_form import PersonForm
from ancora.desk.writing_forms import AddressesField, OutgoingForm
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.once import one_at_a_time

CHANNELS = [("phone", gettext_lazy("phone call")), ("visit", gettext_lazy("visit")), ("other", gettext_lazy("other"))]


class MailForm(OutgoingForm):
    """A new mail to a customer."""

    sender = forms.ChoiceField(label=gettext_lazy("From"))
    to = AddressesField(label=pgettext_lazy("recipient", "To"), help_text=gettext_lazy("Several, with commas."))
    subject = forms.CharField(max_length=300, label=gettext_lazy("Subject"))

    def __init__(self, *args, viewer: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sender"].choices = [(one.address, str(one)) for one in identities(viewer)]
        self.fields["text"].label = _("Message")
        self.fields["files"].label = _("Files")


class HandForm(PersonForm):
    """A case for something that was said outside."""

    channel = forms.ChoiceField(choices=CHANNELS, label=gettext_lazy("How they reached us"))
    subject = forms.CharField(max_length=300, label=gettext_lazy("Subject"))
    text = forms.CharField(
        max_length=100_000, required=False, widget=forms.Textarea, label=gettext_lazy("What was said"),
        help_text=gettext_lazy("It becomes the first internal note."),
    )  # fmt: skip

    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @transaction.atomic
    def open(self, viewer: User) -> Case:
        """The case as written down; the same form posted twice gives the one of the first time."""
        given = self.cleaned_data
        # Before a customer is made, who would be a second one.
        one_at_a_time(given["form_key"])
        if given["form_key"] and (known := case_opened_by(given["form_key"])):
            return known
        return open_case_by_hand(
            customer=self._customer(viewer),
            subject=given["subject"],
            text=given["text"],
            channel=given["channel"],
            author=viewer,
            form_key=given["form_key"],
        )

    def _customer(self, viewer: User) -> Customer:
        """The customer with this address or number, else a new one."""
        return self.known() or create_customer(**self.fresh(), actor=Actor.human(viewer))
