"""An index for every order in which a list of cases can be shown."""

from django.db.models import F, Index, Q

# Both are in one queue, and an index by status has them apart.
_DONE = Q(status__in=["resolved", "closed"])

CASE_INDEXES = [
    # Lists by conditions that say nothing of the status, and what a search has found.
    Index(F("last_message_at"), F("id"), name="case_latest", condition=~Q(status="merged")),
    Index("status", "opened_at", "id", name="case_by_opening"),
    Index("status", "priority", "last_message_at", "id", name="case_by_priority"),
    Index(F("last_message_at"), F("id"), name="case_done", condition=_DONE),
    Index(F("opened_at"), F("id"), name="case_done_by_opening", condition=_DONE),
    Index(F("priority"), F("last_message_at"), F("id"), name="case_done_by_priority", condition=_DONE),
]
