"""What an agent may correct of a customer."""

from django import forms

from ancora.customers.models import Customer


class CustomerForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = ["name", "language", "remark"]
        widgets = {"remark": forms.Textarea(attrs={"rows": 3})}
