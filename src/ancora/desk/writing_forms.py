"""What a browser gives back of a composer: a text, addresses, files, and as whom to write."""

import re
from datetime import datetime, timedelta
from email.utils import getaddresses
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime
from django.utils.html import linebreaks
from django.utils.timezone import is_aware, make_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.macros.changes import Change
from ancora.conversations.commands.write import MOST_ATTACHED_BYTES, MOST_FILES, Upload
from ancora.platform import clock

LONGEST = timedelta(days=366)
type Pair = tuple[str, str]
_SPECIAL = re.compile(r'[][\\()<>@,:;".]')


def written(pairs: list[Pair]) -> str:
    """Addresses as people write them into one line."""
    return ", ".join(_as_written(name, address) for name, address in pairs)


def as_html(text: str, format_: str) -> str:
    """What was written, as HTML that is not yet safe; plain text gets its paragraphs."""
    return text if format_ == "html" else linebreaks(text, autoescape=True) if text else ""


class AddressesField(forms.CharField):
    """Mail addresses separated by commas, with or without names; gives (name, address) pairs."""

    def to_python(self, value) -> list[Pair]:
        text = super().to_python(value).replace(";", ",").replace("\n", ",")
        pairs = [(name, address) for name, address in getaddresses([text], strict=False) if name or address]
        for _name, address in pairs:
            _check_address(address)
        if text.strip(" ,") and not pairs:
            _check_address(text)
        return pairs

    def validate(self, value) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"])

    def prepare_value(self, value):
        return written(value) if isinstance(value, list | tuple) else value


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as `Upload`s."""

    widget = FilesInput

    def clean(self, data, initial=None) -> list[Upload]:
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        if len(files) > MOST_FILES:
            raise ValidationError(_("More than %(most)s files. Send them in parts.") % {"most": MOST_FILES})
        if sum(file.size for file in files) > MOST_ATTACHED_BYTES:
            raise ValidationError(_("The files are larger than 25 MB together. Send fewer, or a link."))
        return [Upload(file.name, file.content_type or "application/octet-stream", file.read()) for file in files]


class KeysField(forms.Field):
    """Keys of files that lie here already."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[UUID]:
        try:
            return [UUID(one) for one in value or []]
        except ValueError as error:
            raise ValidationError(_("A file is no longer kept here. Remove it and choose it again.")) from error


class MomentField(forms.Field):
    """A moment to come, of at most a year: as ISO 8601, or `chosen`: the one in the field `chosen_at` beside it, in the
    person's time zone."""

    def to_python(self, value) -> datetime | None:
        if not value:
            return None
        try:
            moment = parse_datetime(value)
        except ValueError:
            moment = None
        if moment is None:
            raise ValidationError(_("Choose a date and a time at which it is to be sent."))
        moment = moment if is_aware(moment) else make_aware(moment)
        if not clock.now() < moment < clock.now() + LONGEST:
            raise ValidationError(_("Choose a moment to come, within a year."))
        return moment


class ChosenInput(forms.HiddenInput):
    def value_from_datadict(self, data, files, name):
        value = data.get(name)
        return data.get("chosen_at") or "?" if value == "chosen" else value


class NumbersField(forms.Field):
    """Ids of rows that were ticked; what is no number is left out."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[int]:
        return [int(one) for one in value or [] if one.isdecimal() and len(one) < 19]


class ChangesField(forms.Field):
    """Codes of what becomes of the case; what is no code is refused."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value) -> list[Change]:
        found = [Change.read(code) for code in value or []]
        if None in found:
            raise ValidationError(_("What should change is not understood. Leave it out and choose it again."))
        return found


class WritingForm(forms.Form):
    """What is common to replies, notes and new mails: a text, files, and the key that makes a double post one; and of
    macros what they `change` and which they were."""

    text = forms.CharField(required=False, max_length=500_000, widget=forms.Textarea)
    format = forms.ChoiceField(choices=[("plain", "plain"), ("html", "html")], required=False)
    form_key = forms.UUIDField(required=False)
    files = FilesField(required=False)
    kept = KeysField(required=False)
    change = ChangesField(required=False)
    macro = NumbersField(required=False)

    def clean_form_key(self) -> UUID:
        # What is given together with a message is found by the key of its form, also when a program gave none.
        return self.cleaned_data["form_key"] or uuid4()

    @property
    def html(self) -> str:
        """The text as HTML, not yet made safe: the commands do that."""
        return as_html(self.cleaned_data["text"], self.cleaned_data["format"])

    @property
    def complaint(self) -> str:
        """All errors in one line."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class OutgoingForm(WritingForm):
    """What leaves the house: to whom, as whom, and whether the signature goes along · `as_of`: the last event of the
    case that was on the screen."""

    to = AddressesField(required=False, label=gettext_lazy("To"))
    cc = AddressesField(required=False, label=gettext_lazy("Cc"))
    bcc = AddressesField(required=False, label=gettext_lazy("Bcc"))
    sender = forms.CharField(required=False, max_length=320)
    unsigned = forms.BooleanField(required=False)
    as_of = forms.IntegerField(required=False, min_value=0)
    send_at = MomentField(required=False, widget=ChosenInput)
    unless_answered = forms.BooleanField(required=False)


class ReplyForm(OutgoingForm):
    """`answers`: the message it answers · `seen`: the newest one that was on the screen."""

    answers = forms.IntegerField(required=False, min_value=1)
    seen = forms.IntegerField(required=False, min_value=0)


class ForwardForm(OutgoingForm):
    """`forwards`: the message that is passed on · `enclosed`: the chosen ones of its files."""

    forwards = forms.IntegerField(min_value=1)
    enclosed = NumbersField(required=False)


def _check_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValidationError(_("“%(address)s” is no mail address.") % {"address": address or "?"}) from error


def _as_written(name: str, address: str) -> str:
    """As `email.utils.formataddr`, without encoding what people read."""
    if not name:
        return address
    if _SPECIAL.search(name):
        name = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{name} <{address}>"
