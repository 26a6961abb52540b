from django import forms

from ancora.desk.writing_forms import WritingForm


class SayForm(WritingForm):
    """What is said in a chat; its key makes a double post one line."""

    form_key = forms.UUIDField()
