"""The form of a mailbox."""

import re
from email.utils import parseaddr

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.utils.translation import gettext_lazy as _

from ancora.conversations.channels.email.oauth.providers import KINDS, SERVERS
from ancora.conversations.channels.email.trust.spam import PRESETS, read_rule
from ancora.conversations.commands.acknowledge import default_text
from ancora.conversations.models import Mailbox, Provider, SignIn
from ancora.conversations.models.mailbox import OldMail, Security
from ancora.conversations.provider_forms import ProviderForm
from ancora.conversations.queries import providers
from ancora.parties.queries import active_teams

_SERVER = re.compile(r"(?:\*\.)?[a-z0-9_]([a-z0-9_.-]{0,250}[a-z0-9])?\Z")
_HERE = ("localhost", "127.0.0.1", "::1")


def _named(mailbox: Mailbox) -> list[str]:
    """The further addresses as they are written: with the name that is shown, where there is one."""
    names = mailbox.alias_names
    return [f"{names[alias]} <{alias}>" if alias in names else alias for alias in mailbox.aliases]


def password_field(label) -> forms.CharField:
    """Written, never shown again; empty keeps the one that is stored."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, strip=False, widget=widget)


class MailboxForm(forms.ModelForm):
    aliases = forms.CharField(
        label=_("Further addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "Other addresses whose mail arrives here, separated by commas or lines. A name before one is shown in the "
            "From of mails that leave with it: Billing &lt;billing@example.com&gt;."
        ),
    )
    sign_in = forms.ChoiceField(
        label=_("Sign in with"),
        choices=SignIn.choices,
        required=False,
        initial=SignIn.PASSWORD,
        widget=forms.RadioSelect,
    )
    imap_password = password_field(_("IMAP password"))
    smtp_password = password_field(_("SMTP password"))
    authserv_ids = forms.CharField(
        label=_("Names of your border server"),
        required=False,
        help_text=_(
            "As it writes them first in Authentication-Results, such as mx.example.com; several with commas, "
            "*.example.com for all below. Empty: it is not believed, and signatures (DKIM) are checked here."
        ),
    )
    spam_header = forms.CharField(
        label=_("Spam header"),
        required=False,
        max_length=320,
        help_text=_(
            "How your mail server marks spam: a header, a colon and how it begins; * for anything, >=5 for a number "
            "of at least 5. Such mail becomes a case in spam. Empty: no mail is taken for spam by itself."
        ),
    )
    old_mail = forms.ChoiceField(
        label=_("Mail that is there already"),
        choices=OldMail.choices,
        widget=forms.RadioSelect,
        help_text=_("Imported silently, it becomes cases, but nobody is written to because of it."),
    )

    class Meta:
        model = Mailbox
        fields = [
            "name", "address", "is_active", "sign_in", "team", "teams", "signature", "has_plus_addressing",
            "sends_per_minute", "acknowledges", "acknowledgement_en", "acknowledgement_it", "acknowledgements_per_hour",
            "imap_host", "imap_port", "imap_security", "imap_user", "imap_folder", "old_mail",
            "smtp_host", "smtp_port", "smtp_security", "smtp_user",
        ]  # fmt: skip
        widgets = {
            "signature": forms.Textarea(attrs={"rows": 3}),
            "acknowledgement_en": forms.Textarea(attrs={"rows": 4}),
            "acknowledgement_it": forms.Textarea(attrs={"rows": 4}),
            "teams": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        mailbox = self.instance
        self.fields["team"].queryset = self.fields["teams"].queryset = active_teams(viewer)
        self.fields["team"].empty_label = _("no team")
        self.initial["aliases"] = "\n".join(_named(mailbox))
        self.initial |= {"authserv_ids": ", ".join(mailbox.authserv_ids), "spam_header": mailbox.spam_header}
        for language in ("en", "it"):
            name = f"acknowledgement_{language}"
            self.initial[name] = getattr(mailbox, name) or default_text(language)
            self.fields[name].help_text = _("{reference} becomes the number of the case, {name} the sender's name.")
        for name in ("authserv_ids", "spam_header"):
            self.fields[name].widget.attrs |= {"spellcheck": "false", "autocomplete": "off"}
        self.fields["spam_header"].widget.attrs["list"] = "spam-headers"
        for name in ("imap_port", "smtp_port"):
            self.fields[name].validators += [MinValueValidator(1), MaxValueValidator(65535)]
            self.fields[name].widget.attrs |= {"min": 1, "max": 65535}
        for name in ("imap", "smtp"):
            self.fields[f"{name}_host"].widget.attrs["spellcheck"] = "false"
            self.fields[f"{name}_user"].widget.attrs["autocomplete"] = "off"
            self.fields[f"{name}_security"].label = _("Security")
            self.fields[f"{name}_port"].label = _("Port")
            if mailbox.pk:
                self.fields[f"{name}_password"].help_text = _("Leave it empty to keep the one that is stored.")

        # Of the providers only the chosen one is read: the others' fields are hidden.
        chosen = KINDS.get(self.data.get("sign_in")) if self.is_bound else None
        self.providers = {
            kind: ProviderForm(self.data if kind == chosen else None, instance=row) for kind, row in providers().items()
        }

    def groups(self):
        """(legend, fields in a row, fields below each other) as the page shows them."""
        groups = [
            (_("Address"), [], self._bound("name", "address", "aliases", "is_active")),
            (
                _("Fetching mail (IMAP)"),
                self._bound("imap_host", "imap_port", "imap_security"),
                self._bound("imap_user", "imap_password", "imap_folder", "old_mail"),
            ),
            (
                _("Sending answers (SMTP)"),
                self._bound("smtp_host", "smtp_port", "smtp_security"),
                self._bound("smtp_user", "smtp_password", "has_plus_addressing", "sends_per_minute", "signature"),
            ),
            (
                _("Acknowledgement"),
                [],
                self._bound("acknowledges", "acknowledgement_en", "acknowledgement_it", "acknowledgements_per_hour"),
            ),
        ]
        groups.append((_("Whom to believe"), [], self._bound("authserv_ids", "spam_header")))
        if self.fields["teams"].queryset:
            groups.append((_("Who sees it"), [], self._bound("team", "teams")))
        return groups

    @property
    def spam_presets(self) -> dict[str, str]:
        """Who marks spam, and how."""
        return PRESETS

    def passwords(self) -> dict[str, str]:
        """Those that were typed."""
        return {name: self.cleaned_data[name] for name in ("imap_password", "smtp_password") if self.cleaned_data[name]}

    def provider(self) -> tuple[Provider, str] | None:
        """The provider that was chosen, as it was written, with its secret if that was typed."""
        form = self._chosen_provider(self.cleaned_data.get("sign_in", ""))
        return (form.instance, form.secret) if form else None

    def clean_sign_in(self) -> str:
        return self.cleaned_data["sign_in"] or SignIn.PASSWORD

    def clean_aliases(self) -> list[str]:
        """The addresses; their names are kept beside them."""
        names = {}
        for part in re.split(r"[,;\n]+", self.cleaned_data["aliases"]):
            name, address = parseaddr(part.strip())
            for one in [address] if "<" in part else part.split():
                validate_email(one)
                names.setdefault(one.lower(), name[:80])
        self.instance.alias_names = {address: name for address, name in names.items() if name}
        return list(names)

    def clean_authserv_ids(self) -> list[str]:
        names = [word.lower() for word in re.split(r"[\s,;]+", self.cleaned_data["authserv_ids"]) if word]
        for name in names:
            if not _SERVER.match(name):
                raise forms.ValidationError(
                    _("“%(name)s” is no name of a server. Write one like mx.example.com."), params={"name": name}
                )
        return list(dict.fromkeys(names))

    def clean_spam_header(self) -> str:
        text = self.cleaned_data["spam_header"].strip()
        try:
            read_rule(text)
        except ValueError as error:
            raise forms.ValidationError(
                _("Write a header, a colon and how its text begins, such as X-Spam-Flag: YES.")
            ) from error
        return text

    def clean_address(self) -> str:
        return self.cleaned_data["address"].lower()

    def clean_sends_per_minute(self) -> int:
        return self._number_or_usual("sends_per_minute")

    def clean_acknowledgements_per_hour(self) -> int:
        return self._number_or_usual("acknowledgements_per_hour")

    def clean(self) -> dict:
        cleaned = super().clean()
        self._clean_sign_in(cleaned)
        for name in ("imap", "smtp"):
            host = cleaned.get(f"{name}_host", "")
            if cleaned.get(f"{name}_security") == Security.NONE and host and host not in _HERE:
                self.add_error(
                    f"{name}_security",
                    _("Without TLS the password and every mail could be read on the way. Choose TLS or STARTTLS."),
                )
        if cleaned.get("imap_host") and not cleaned.get("imap_user"):
            self.add_error("imap_user", _("Write the name the mail server knows you by, often the whole address."))
        for language in ("en", "it"):
            # What nobody changed goes on following ours.
            if cleaned.get(f"acknowledgement_{language}", "").replace("\r\n", "\n") == default_text(language):
                cleaned[f"acknowledgement_{language}"] = ""
        self.instance.aliases = cleaned.get("aliases", [])
        self.instance.authserv_ids = cleaned.get("authserv_ids", [])
        self.instance.spam_header = cleaned.get("spam_header", "")
        return cleaned

    def _number_or_usual(self, name: str) -> int:
        """A field that was emptied has its usual number again; none is written as 0."""
        given = self.cleaned_data[name]
        return Mailbox._meta.get_field(name).default if given is None else given

    def _clean_sign_in(self, cleaned: dict) -> None:
        """With a provider its servers are known, and the user is usually the address."""
        sign_in = cleaned.get("sign_in", "")
        form = self._chosen_provider(sign_in)
        if form is None:
            return
        cleaned["imap_user"] = cleaned.get("imap_user") or cleaned.get("address", "")
        if servers := SERVERS.get(form.instance.kind):
            for name in ("imap", "smtp"):
                if not cleaned.get(f"{name}_host"):
                    cleaned[f"{name}_host"] = getattr(servers, f"{name}_host")
                    cleaned[f"{name}_port"] = getattr(servers, f"{name}_port")
        if form.is_valid() and sign_in == SignIn.MICROSOFT_APP and not form.cleaned_data["tenant"]:
            form.add_error("tenant", _("An application belongs to one organisation: write its ID."))
        if not form.is_valid():
            self.add_error("sign_in", _("The fields of the provider need another look."))

    def _chosen_provider(self, sign_in: str) -> ProviderForm | None:
        return self.providers[KINDS[sign_in]] if sign_in in KINDS else None

    def _bound(self, *names: str) -> list:
        return [self[name] for name in names]
