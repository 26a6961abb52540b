from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from ancora.platform.addresses import shown_address


class Customer(models.Model):
    """A person or organisation we serve. `is_example`: invented, to try the desk with."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    remark = models.TextField(_("remark"), blank=True, max_length=4000)
    created_at = models.DateTimeField()
    is_example = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["id"], name="customer_example", condition=models.Q(is_example=True)),
            GinIndex(OpClass(Func(F("name"), function="search_name"), "gin_trgm_ops"), name="customer_name_parts"),
        ]

    def __str__(self) -> str:
        return self.name


class HandleKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    # A browser that chats with us, an account at the website that embeds the chat, a name in another system.
    BROWSER = "browser", _("Browser")
    USER = "user", _("Account at the website")
    EXTERNAL = "external", _("Name in another system")


class Verification(models.TextChoices):
    NONE = "none", _("not verified")
    WEAK = "weak", _("seen")
    STRONG = "strong", _("verified")


class Bounce(models.TextChoices):
    HARD = "hard", _("for good")
    SOFT = "soft", _("for now")


class Handle(models.Model):
    """One way a customer is known on a channel. `value` is normalised, `display` as it was written.

    `bounced_at`: when something we sent there came back, until there is a sign that it can be reached again; `bounce`
    says whether for good, where that is known, and `bounce_reason` why, in the words of the server.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="handles")
    kind = models.CharField(max_length=16, choices=HandleKind)
    value = models.CharField(max_length=320)
    display = models.CharField(max_length=320)
    verification = models.CharField(max_length=8, choices=Verification, default=Verification.NONE)
    created_at = models.DateTimeField()
    bounced_at = models.DateTimeField(null=True)
    bounce = models.CharField(max_length=4, choices=Bounce, blank=True, default="")
    bounce_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="handle_once")]
        # As `finding` asks for them.
        indexes = [
            models.Index(fields=["customer"], name="handle_of_customer"),
            models.Index(fields=["value"], name="handle_by_beginning", opclasses=["varchar_pattern_ops"]),
            models.Index(
                OpClass(Reverse(Func(F("value"), Value("+0"), function="ltrim")), "text_pattern_ops"),
                name="handle_by_end",
                condition=models.Q(kind="phone"),
            ),
        ]

    def __str__(self) -> str:
        return self.display

    @property
    def shown(self) -> str:
        """For people: what is a number to programs, with what it is."""
        if self.kind == HandleKind.BROWSER:
            return f"{self.get_kind_display()} {self.display[:4].upper()}"
        if self.kind == HandleKind.USER:
            return f"{self.get_kind_display()}: {self.display.partition(':')[2] or self.display}"
        return shown_address(self.display)
