"""What an agent says of a customer: corrections, and who somebody is that we do not know yet."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.commands import change_customer_of_case, give_case_to_new_customer
from ancora.cases.models import Case
from ancora.customers.models import Customer, HandleKind
from ancora.customers.queries import handle_of, normal_phone
from ancora.platform.accounts.models import User


class CustomerForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = ["name", "language", "remark"]
        widgets = {"remark": forms.Textarea(attrs={"rows": 3})}


class PersonForm(forms.Form):
    """Somebody by name, address or number."""

    needs_words = True

    name = forms.CharField(max_length=200, required=False, label=gettext_lazy("Customer's name"))
    handle = forms.CharField(
        max_length=320, required=False, label=gettext_lazy("Address or phone number"),
        help_text=gettext_lazy("A known one finds its customer."),
    )  # fmt: skip

    def clean_handle(self) -> str:
        handle = self.cleaned_data["handle"].strip()
        if "@" in handle:
            validate_email(handle)
        elif handle and not 5 <= len(normal_phone(handle)) <= 20:
            raise ValidationError(_("Write a mail address or a phone number."))
        return handle

    def clean(self):
        given = super().clean()
        if self.needs_words and "handle" not in self.errors and not given.get("name") and not given.get("handle"):
            raise ValidationError(_("Say who it is: a name, an address or a number."))
        return given

    def known(self) -> Customer | None:
        """Who has the address or number already."""
        handle = self.cleaned_data["handle"]
        found = handle_of(self._kind, handle) if handle else None
        return found.customer if found else None

    def fresh(self) -> dict[str, str]:
        """A new customer, as commands take it."""
        handle = self.cleaned_data["handle"]
        return {"name": self.cleaned_data["name"] or handle, **({self._kind: handle} if handle else {})}

    @property
    def _kind(self) -> str:
        return HandleKind.EMAIL if "@" in self.cleaned_data["handle"] else HandleKind.PHONE


class WhoseForm(PersonForm):
    """Whose a case shall be: `customer`, whom we know, or somebody new. `seen`: whose it was on the screen."""

    customer = forms.ModelChoiceField(Customer.objects.all(), required=False, widget=forms.HiddenInput)
    seen = forms.ModelChoiceField(Customer.objects.all(), required=False, widget=forms.HiddenInput)
    form_key = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def needs_words(self) -> bool:
        return not self.data.get("customer")

    def change(self, case: Case, viewer: User) -> None:
        given = self.cleaned_data
        once = {"seen": given["seen"] and given["seen"].pk, "form_key": given["form_key"], "author": viewer}
        if given["customer"] is not None:
            change_customer_of_case(case, customer=given["customer"], **once)
        else:
            give_case_to_new_customer(case, **self.fresh(), **once)
