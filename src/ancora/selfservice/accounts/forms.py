"""The form of a chat."""

from django import forms
from django.conf import settings as django_settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ancora.conversations.models import ChannelAccount
from ancora.conversations.queries import mailboxes
from ancora.selfservice.accounts.queries import ways_to_link
from ancora.selfservice.advice.queries import phone_of
from ancora.selfservice.looks import HUES, SIDES, site_of
from ancora.selfservice.proof.demand import ABOVE, ALWAYS, AUTOMATIC, OFF

COLOURS = dict(zip(HUES, (_("Sea"), _("Moss"), _("Night"), _("Plum"), _("Brick")), strict=True))
_SIDES = dict(zip(SIDES, (_("on the right"), _("on the left")), strict=True))
_PROOFS = {OFF: _("never"), AUTOMATIC: _("while more begin than usual"), ALWAYS: _("always")}
_KEPT = ("title", "hue", "side", "is_always_open", "phone", "sign_in", "proof", "proof_above")
MOST_SITES = 50


class ChatForm(forms.ModelForm):
    sites = forms.CharField(
        label=_("Websites"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "Which may show this chat, each on a line: https://shop.example, https://*.shop.example for all below. "
            "Empty: any website."
        ),
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=60,
        help_text=_("What stands above the chat. Empty: the name of the organisation."),
    )
    hue = forms.TypedChoiceField(
        label=_("Colour"), choices=COLOURS.items(), coerce=int, initial=HUES[0], widget=forms.RadioSelect
    )
    side = forms.ChoiceField(label=_("Button"), choices=_SIDES.items(), initial=SIDES[0], widget=forms.RadioSelect)

    unread_seconds = forms.TypedChoiceField(
        label=_("What nobody reads goes by e-mail"),
        choices=[
            (0, _("never")),
            (120, _("after 2 minutes")),
            (300, _("after 5 minutes")),
            (900, _("after 15 minutes")),
            (3600, _("after an hour")),
        ],
        coerce=int,
        initial=120,
        required=False,
        empty_value=None,
        help_text=_("Where an address is known. What reached a screen and was not looked at waits five times as long."),
    )
    is_always_open = forms.BooleanField(
        label=_("Open at any hour"),
        required=False,
        help_text=_("Else when the team of the mailbox is, by its calendar; outside of it the chat takes messages."),
    )

    proof = forms.ChoiceField(
        label=_("Sum before a chat"),
        choices=_PROOFS.items(),
        initial=AUTOMATIC,
        required=False,
        widget=forms.RadioSelect,
        help_text=_(
            "A visitor's browser does a sum of a second or two before a new chat begins: programs that begin thousands "
            "give up. Who is signed in on your website never does it."
        ),
    )
    proof_above = forms.IntegerField(
        label=_("New chats in a minute that are usual"),
        min_value=1,
        max_value=10_000,
        initial=ABOVE,
        required=False,
        help_text=_("When more begin, the sum is asked for by itself until it is calm again."),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
        help_text=_(
            "With the country: +39 02 1234567. It stands among the other ways to reach you, open when the team of the "
            "mailbox is. Empty: nobody is to call."
        ),
    )
    sign_in = forms.URLField(
        label=_("Where people sign in on your website"),
        required=False,
        assume_scheme="https",
        help_text=_("Offered to who wrote a number that was hidden because nobody knows who they are."),
    )

    class Meta:
        model = ChannelAccount
        fields = ["name", "mailbox", "is_active"]

    def __init__(self, *args, viewer, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mailbox"].queryset = mailboxes(viewer)
        for language, name in django_settings.LANGUAGES:
            self.fields[f"greeting_{language}"] = forms.CharField(
                label=_("Greeting (%(language)s)") % {"language": _(name)},
                required=False,
                max_length=300,
                widget=forms.Textarea(attrs={"rows": 2, "lang": language}),
            )
        self._links = ways_to_link(viewer)
        for way in self._links:
            self.fields[f"link_{way.pk}"] = forms.URLField(
                label=_("Link to %(name)s") % {"name": way.name},
                required=False,
                assume_scheme="https",
                help_text=_("Where your customers reach you by it. Empty: it is not offered in the chat."),
            )
        self._begin_with(self.instance.settings)
        greetings = [f"greeting_{language}" for language, _name in django_settings.LANGUAGES]
        looks, proof = ["sites", "title", *greetings, "hue", "side", "unread_seconds"], ["proof", "proof_above"]
        ways = ["phone", *(f"link_{way.pk}" for way in self._links), "sign_in"]
        self.order_fields(["name", "mailbox", *looks, "is_always_open", *ways, *proof, "is_active"])

    def clean_sites(self) -> list[str]:
        written = [line for line in self.cleaned_data["sites"].split() if line.strip(",")]
        if len(written) > MOST_SITES:
            raise forms.ValidationError(_("Not more than %(most)s websites.") % {"most": MOST_SITES})
        try:
            return list(dict.fromkeys(site_of(line.strip(",")) for line in written))
        except ValueError as error:
            raise forms.ValidationError(
                _("Write each as its address begins, such as https://shop.example, without what follows.")
            ) from error

    def clean_phone(self) -> str:
        if (typed := self.cleaned_data["phone"]) and not phone_of({"phone": typed}):
            raise forms.ValidationError(_("Write it with the country, such as +39 02 1234567."))
        return phone_of({"phone": typed})

    def clean(self) -> dict:
        """The instance has the settings that were typed, and keeps those that the form does not know."""
        cleaned = super().clean()
        typed = {name: cleaned.get(name) for name in ("sites", *_KEPT)}
        if cleaned.get("unread_seconds") is not None:
            typed["unread_seconds"] = cleaned["unread_seconds"]
        links = {str(way.pk): cleaned.get(f"link_{way.pk}") for way in self._links}
        typed["links"] = {pk: link for pk, link in links.items() if link}
        typed["greetings"] = {
            language: words
            for language, _name in django_settings.LANGUAGES
            if (words := cleaned.get(f"greeting_{language}"))
        }
        self.instance.settings = {**self.instance.settings, **typed}
        return cleaned

    def _begin_with(self, kept: dict) -> None:
        self.initial |= {name: kept[name] for name in _KEPT if kept.get(name)}
        self.initial |= {f"link_{pk}": link for pk, link in (kept.get("links") or {}).items()}
        if isinstance(seconds := kept.get("unread_seconds"), int):
            # Another number than those offered stays what it is.
            words = ngettext("after %(count)s second", "after %(count)s seconds", seconds) % {"count": seconds}
            field = self.fields["unread_seconds"]
            field.choices = sorted({seconds: words, **dict(field.choices)}.items())
            self.initial["unread_seconds"] = seconds
        self.initial["sites"] = "\n".join(kept.get("sites") or [])
        for language, words in (kept.get("greetings") or {}).items():
            self.initial[f"greeting_{language}"] = words
