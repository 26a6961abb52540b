"""Whether a case, and the message that came, are what a rule asks for."""

from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ancora.cases.models import Case
from ancora.cases.queries.asked import Asked, read
from ancora.cases.queries.conditions import that
from ancora.cases.rules.models import Rule
from ancora.conversations.models import Message
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal


def fits(rule: Rule, case: Case, message_id: int | None = None) -> bool:
    """At most two queries."""
    if rule.words and not has_words(rule.words, [message_id] if message_id else []):
        return False
    return not rule.conditions or Case.objects.filter(condition_of(rule.conditions), pk=case.pk).exists()


def condition_of(conditions: str) -> Q:
    """What holds for a case; days begin and end where the organisation is."""
    with timezone.override(ZoneInfo(current_organisation().time_zone)):
        # Nobody asks: `require_conditions` let no "me" in.
        return that(None, _read(conditions))


def has_words(words: str, message_ids: list[int]) -> set[int]:
    """The ids of those messages that have one of the words in their subject or in what was newly written."""
    wanted = Q()
    for word in words_in(words):
        unquoted = Q(reply_text__icontains=word) | Q(reply_text="", text__icontains=word)
        wanted |= Q(subject__icontains=word) | unquoted
    found = Message.objects.filter(wanted, pk__in=message_ids) if wanted and message_ids else Message.objects.none()
    return set(found.values_list("pk", flat=True))


def words_in(words: str) -> list[str]:
    return [word for part in words.split(",") if (word := " ".join(part.split()))]


def require_conditions(text: str) -> None:
    """Refuses what says nothing, what is for the search, and "me": a rule is nobody."""
    asked = _read(text)
    if asked.problems:
        raise Refusal(_("These conditions say nothing: %(conditions)s") % {"conditions": ", ".join(asked.problems)})
    if asked.words:
        words = {"words": asked.words}
        raise Refusal(_("A rule asks for conditions such as is:open or tag:leak; “%(words)s” is none.") % words)
    if ("owner", "me") in [*asked.conditions, *asked.without]:
        raise Refusal(_("A rule is nobody: write the name of the owner instead of “me”."))


def _read(conditions: str) -> Asked:
    return read(conditions, today=timezone.localdate())
