"""Whom a common answer would reach, and why not the others: said before it is sent."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.cases.commands.overtaking import Known
from ancora.cases.macros.placeholders import filled, placeholders_in
from ancora.cases.macros.queries import values_for
from ancora.cases.models import Case, Draft
from ancora.cases.problems.queries import cases_of
from ancora.conversations.mailbox_state import paused_for_sending
from ancora.customers.models import Handle, HandleKind
from ancora.platform.accounts.queries import current_organisation

# What was sent by a common answer, or passed on to somebody else, is no answer to what the customer wrote.
_SAID = """
SELECT w.id, coalesce(max(m.id) FILTER (WHERE m.direction = 'in'), 0),
    coalesce(max(m.id) FILTER (WHERE m.direction = 'in' AND m.auto NOT IN ('bounce', 'auto_reply', 'loop')), 0),
    coalesce(max(m.id) FILTER (WHERE m.direction = 'out' AND m.author_id IS NOT NULL AND i.id IS NULL
        AND o.purpose IS DISTINCT FROM 'forward'), 0),
    (array_agg(c.mailbox_id ORDER BY (m.direction = 'in') DESC NULLS LAST, m.id DESC))[1],
    coalesce(bool_or(m.direction = 'in' AND m.auto <> 'bounce' AND m.from_address <> ''), false),
    coalesce((SELECT e.event_id FROM event_object e WHERE e.object_type = 'case' AND e.object_id = w.id
        ORDER BY e.event_id DESC LIMIT 1), 0)
FROM unnest(%s::bigint[]) AS w(id)
JOIN cases_caseconversation l ON l.case_id = w.id AND l.until IS NULL
JOIN conversations_conversation c ON c.id = l.conversation_id
LEFT JOIN conversations_place p ON p.conversation_id = c.id AND p.until IS NULL
LEFT JOIN conversations_message m ON m.id = p.message_id
LEFT JOIN conversations_outgoing o ON o.message_id = m.id
LEFT JOIN cases_commonansweritem i ON i.message_id = m.id
GROUP BY w.id
"""


@dataclass(slots=True)
class Recipient:
    """A case of a problem. `known`: what is to be seen of it now · `why`: why it cannot get the answer, in words; of
    `is_out` whatever the text is · `doubt`: why it would rather not, which a person may decide otherwise."""

    case: Case
    known: Known
    why: str = ""
    doubt: str = ""
    is_out: bool = False

    @property
    def is_usual(self) -> bool:
        return not self.why and not self.doubt

    @property
    def language(self) -> str:
        return language_of(self.case)


@dataclass(frozen=True, slots=True)
class Preview:
    """What sending would do: who gets it, who was chosen and does not, who was not chosen, and how some of them read
    it, as (recipient, HTML)."""

    gets: list[Recipient]
    misses: list[Recipient]
    others: list[Recipient]
    read: list[tuple[Recipient, str]] = field(default_factory=list)


def language_of(case: Case) -> str:
    """In which language days and names of languages are filled in."""
    return (case.customer.language or case.language or current_organisation().language)[:2].lower()


def recipients(viewer, problem: Case) -> list[Recipient]:
    """The cases of a problem that the viewer sees; as many queries for many."""
    cases = list(cases_of(viewer, problem))
    said = _said([case.pk for case in cases])
    reached = _addresses({case.customer_id for case in cases})
    drafted = set(Draft.objects.filter(author=viewer, case__in=cases, message=None).values_list("case_id", flat=True))
    paused = paused_for_sending()
    return [_recipient(case, said.get(case.pk), reached, case.pk in drafted, paused) for case in cases]


def preview(viewer, found: Iterable[Recipient], chosen: set[int], html: str, *, most_read: int = 3) -> Preview:
    """What sending `html` to the chosen cases would do. One for whom a placeholder has neither value nor fallback gets
    none. Read are those for whom it differs what is known."""
    seen, used, differing = Preview([], [], []), {one.name for one in placeholders_in(html)}, set()
    for one in found:
        if one.case.pk not in chosen:
            seen.others.append(one)
            continue
        values = values_for(viewer, one.case, one.language)
        text, known = filled(html, values), frozenset(name for name in used if values.get(name))
        one.why = one.why or (missing_words(text.missing) if text.missing else "")
        (seen.misses if one.why else seen.gets).append(one)
        if not one.why and known not in differing and len(seen.read) < most_read:
            differing.add(known)
            seen.read.append((one, text.html))
    return seen


def missing_words(missing: Iterable[str]) -> str:
    names = [f"{{{name}}}" for name in missing]
    words = ngettext(
        "nothing is known for %(names)s, and no fallback is written",
        "nothing is known for %(names)s, and no fallbacks are written",
        len(names),
    )
    return words % {"names": ", ".join(names)}


def _recipient(case: Case, said, reached: dict[int, bool], is_drafted: bool, paused: frozenset[int]) -> Recipient:
    seen, written, answered, mailbox, has_sender, as_of = said or (0, 0, 0, None, False, 0)
    one = Recipient(case, Known(seen, as_of))
    if case.is_removed:
        one.why = _("in spam or trash")
    elif not has_sender and case.customer_id not in reached:
        one.why = _("no mail address is known")
    elif reached.get(case.customer_id) is False:
        one.why = _("mail to the customer came back")
    elif mailbox in paused:
        one.why = _("the mailbox is paused")
    elif is_drafted:
        one.why = _("you have begun to write there")
    elif case.is_done:
        one.doubt = _("solved already")
    elif answered > written:
        one.doubt = _("answered already, and the customer has not written since")
    one.is_out = bool(one.why)
    return one


def _said(ids: list[int]) -> dict[int, tuple]:
    with connection.cursor() as cursor:
        cursor.execute(_SAID, [ids])
        return {pk: rest for pk, *rest in cursor.fetchall()}


def _addresses(customer_ids: set[int]) -> dict[int, bool]:
    """By customer with a mail address: whether one of them can be reached."""
    found: dict[int, bool] = {}
    rows = Handle.objects.filter(kind=HandleKind.EMAIL, customer__in=customer_ids)
    for customer_id, bounce in rows.values_list("customer_id", "bounce"):
        found[customer_id] = found.get(customer_id, False) or bounce != "hard"
    return found
