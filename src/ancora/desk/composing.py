"""What the composer starts with, and what a browser gives back."""

import re
from dataclasses import dataclass, field
from email.utils import getaddresses
from uuid import UUID, uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.cases.models import Case
from ancora.cases.queries import answerable
from ancora.conversations.commands.write import MOST_ATTACHED_BYTES, Upload
from ancora.desk.doubts import caution_before_answering

type Pair = tuple[str, str]
_SPECIAL = re.compile(r'[][\\()<>@,:;".]')


@dataclass(slots=True)
class Composer:
    """kind: reply or note · answers: id of the message that a reply answers · error: why nothing was sent · caution:
    what to know of the address it would go to."""

    kind: str
    form_key: UUID
    to: str = ""
    cc: str = ""
    bcc: str = ""
    text: str = ""
    format: str = "plain"
    answers: int | None = None
    mailbox: str = ""
    error: str = ""
    caution: str = ""
    most_bytes: int = field(default=MOST_ATTACHED_BYTES)


def fresh_composer(viewer, case: Case) -> Composer:
    """An empty composer that answers the customer's last message; for observers one for notes."""
    if not viewer.is_agent:
        return Composer("note", uuid4())
    answer = answerable(viewer, case)
    if answer is None:
        return Composer("note", uuid4())
    return Composer(
        "reply",
        uuid4(),
        to=written(answer.to),
        cc=written(answer.cc),
        answers=answer.message.pk if answer.message else None,
        mailbox=answer.mailbox.address if answer.mailbox else "",
        caution=caution_before_answering(answer.message),
    )


def written(pairs: list[Pair]) -> str:
    """Addresses as people write them into one line."""
    return ", ".join(_as_written(name, address) for name, address in pairs)


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
        if sum(file.size for file in files) > MOST_ATTACHED_BYTES:
            raise ValidationError(_("The files are larger than 25 MB together. Send fewer, or a link."))
        return [Upload(file.name, file.content_type or "application/octet-stream", file.read()) for file in files]


class WritingForm(forms.Form):
    """What is common to replies, notes and new mails: a text, files, and the key that makes a double post one."""

    text = forms.CharField(required=False, max_length=500_000, widget=forms.Textarea)
    format = forms.ChoiceField(choices=[("plain", "plain"), ("html", "html")], required=False)
    form_key = forms.UUIDField(required=False)
    files = FilesField(required=False)

    @property
    def html(self) -> str:
        """The text as HTML, not yet made safe: the commands do that."""
        text = self.cleaned_data["text"]
        return text if self.cleaned_data["format"] == "html" else linebreaks(text, autoescape=True) if text else ""

    @property
    def complaint(self) -> str:
        """All errors in one line."""
        return " ".join(str(error) for errors in self.errors.values() for error in errors)


class ReplyForm(WritingForm):
    to = AddressesField(required=False, label=gettext_lazy("To"))
    cc = AddressesField(required=False, label=gettext_lazy("Cc"))
    bcc = AddressesField(required=False, label=gettext_lazy("Bcc"))
    answers = forms.IntegerField(required=False, min_value=1)


def composer_again(kind: str, given, error: str, start: Composer) -> Composer:
    """The composer with what was typed and why it was not sent (files have to be chosen again)."""
    texts = {name: given.get(name, "") for name in ("to", "cc", "bcc", "text")}
    return Composer(
        kind,
        start.form_key,
        **texts,
        format="html" if given.get("format") == "html" else "plain",
        answers=start.answers,
        mailbox=start.mailbox,
        error=error,
        caution=start.caution,
    )


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
