"""Reads of cases, the viewer first: what you may not see is not there."""

from ancora.cases.queries.answering import Answer, answer_to, answerable, newest_seen, written_since
from ancora.cases.queries.cases import (
    OtherCase,
    case_for,
    case_of_conversation,
    case_of_message,
    case_with,
    cases_of_customer,
    last_sent_in,
    may_see_case,
    message_for,
    other_cases,
    outcomes,
    tags,
    tags_of,
    visible_cases,
)
from ancora.cases.queries.drafts import draft_in, draft_of_new_mail, drafted_among, drafts_of_new_mails, held_in
from ancora.cases.queries.enclosures import attachment_for, has_original, note_file_for, original_of, outgoing_of
from ancora.cases.queries.moving import Move, case_left, case_with_number, move_of
from ancora.cases.queries.queues import QUEUES, Page, cases_page, queue, queue_counts
from ancora.cases.queries.search import Found, Hit, search
from ancora.cases.queries.timeline import Change, Entry, timeline
from ancora.cases.queries.trust import Suspicion, block_for, blocks, cases_held_by, sender_address_of, suspicion_of

__all__ = [
    "QUEUES",
    "Answer",
    "Change",
    "Entry",
    "Found",
    "Hit",
    "Move",
    "OtherCase",
    "Page",
    "Suspicion",
    "answer_to",
    "answerable",
    "attachment_for",
    "block_for",
    "blocks",
    "case_for",
    "case_left",
    "case_of_conversation",
    "case_of_message",
    "case_with",
    "case_with_number",
    "cases_held_by",
    "cases_of_customer",
    "cases_page",
    "draft_in",
    "draft_of_new_mail",
    "drafted_among",
    "drafts_of_new_mails",
    "has_original",
    "held_in",
    "last_sent_in",
    "may_see_case",
    "message_for",
    "move_of",
    "newest_seen",
    "note_file_for",
    "original_of",
    "other_cases",
    "outcomes",
    "outgoing_of",
    "queue",
    "queue_counts",
    "search",
    "sender_address_of",
    "suspicion_of",
    "tags",
    "tags_of",
    "timeline",
    "visible_cases",
    "written_since",
]
