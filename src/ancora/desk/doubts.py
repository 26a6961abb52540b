"""What a reader should know of a sender before trusting or answering, in words."""

from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancora.conversations.models import Message
from ancora.customers.models import Customer
from ancora.customers.queries import handles_held_by
from ancora.platform import clock
from ancora.platform.addresses import compared_address
from ancora.platform.ui.dates import spoken

# Of a channel that takes answers for a while: with more time than this nobody has to hurry.
HURRY = timedelta(hours=6)
# On the timeline.
WARNINGS: dict[str, Promise] = {
    "signature_broken": gettext_lazy(
        "The signature of this mail does not fit: it was changed on its way, or somebody else wrote it."
    ),
    "spf_fail": gettext_lazy("This mail came from a server that may not send for the domain of its sender."),
    "several_from": gettext_lazy("This mail names more than one sender."),
    "name_has_address": gettext_lazy("The name of the sender holds another address than the one the mail came from."),
    "name_of_ours": gettext_lazy("The sender has the name of somebody here, but none of our addresses."),
    "domain_like_ours": gettext_lazy("The address of the sender looks like one of ours, but is not."),
}
# In the menu of the message.
REASONS: dict[str, Promise] = {
    "dmarc": gettext_lazy("our mail server confirms the domain (DMARC)"),
    "dkim": gettext_lazy("the signature of the domain fits (DKIM)"),
    "spf": gettext_lazy("it came from a server of the domain (SPF)"),
    "dmarc_fail": gettext_lazy("our mail server says that it is not from this domain (DMARC)"),
    "signature_broken": gettext_lazy("the signature does not fit (DKIM)"),
    "spf_fail": gettext_lazy("it came from a server that may not send for the domain (SPF)"),
    "no_key": gettext_lazy("the key of the signature is not to be found"),
    "dns_silent": gettext_lazy("the key of the signature could not be fetched"),
    "not_checked": gettext_lazy("the signature could not be checked"),
    "several_from": gettext_lazy("it names more than one sender"),
    "results_misplaced": gettext_lazy("it claims a check by our mail server that is not in its place"),
}
_STATES = {
    "passed": gettext_lazy("Sender proved:"),
    "failed": gettext_lazy("Sender not to be believed:"),
    "unknown": gettext_lazy("Sender not proved:"),
}


def warnings_of(message: Message) -> list[str]:
    """Everything short of failure, one sentence each."""
    found = [str(WARNINGS[code]) for code in message.trust_reasons if code in WARNINGS]
    if message.spam == "border":
        found.append(_("Our mail server took this mail for spam."))
    return found


def evidence_of(message: Message) -> str:
    """How sure it is who wrote, in one line; empty for what we wrote ourselves."""
    if message.trust not in _STATES:
        return ""
    reasons = [str(REASONS[code]) for code in message.trust_reasons if code in REASONS]
    nothing = _("neither our mail server nor a signature says who sent it")
    return f"{_STATES[message.trust]} {', '.join(reasons) or nothing}"


def answers_to(message: Message) -> list[str]:
    """Addresses that answers go to, where they are not the sender's own."""
    pairs = message.addresses.get("reply_to") or []
    sender = message.from_address.lower()
    return [address for _name, address in pairs if address and address.lower() != sender]


def caution_before_answering(message: Message | None) -> str:
    """What the composer says when an answer would not go to whom the mail shows as its sender."""
    if message is None or not (others := answers_to(message)):
        return ""
    words = {"address": ", ".join(others[:3]), "sender": message.from_address}
    if "answers_elsewhere" in message.trust_reasons:
        return _("Answers go to %(address)s, at another domain than the sender %(sender)s.") % words
    return _("Answers go to %(address)s, not to %(sender)s.") % words


def caution_of_bounces(customer: Customer, to: list[tuple[str, str]]) -> str:
    """What the composer says when mail to one of these addresses of the customer came back the last time."""
    asked = {compared_address(address) for _name, address in to}
    handle = next((one for one in handles_held_by(customer) if one.bounced_at and one.value in asked), None)
    if handle is None:
        return ""
    day = spoken(handle.bounced_at, "DATE_FORMAT")
    words = {"address": handle.display, "day": day, "reason": handle.bounce_reason}
    return _("Mail to %(address)s came back on %(day)s: %(reason)s") % words


def caution_of_window(closes_at: datetime | None) -> str:
    """What to know of a channel that takes answers only for a while; empty where there is time enough."""
    left = closes_at - clock.now() if closes_at else HURRY
    if left >= HURRY:
        return ""
    if left <= timedelta(0):
        return _("This channel takes no answer any more: the customer wrote too long ago. Use another way.")
    return _("This channel takes an answer until %(moment)s.") % {"moment": spoken(closes_at, "DATETIME_FORMAT")}
