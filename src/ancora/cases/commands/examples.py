"""Cases that are there to try the desk with: told apart from real ones, and deleted without a trace."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from ancora.cases.events import CaseDeleted
from ancora.cases.models import (
    Case,
    CaseConversation,
    CaseLink,
    CaseMerge,
    CaseSplit,
    CaseTag,
    CommonAnswer,
    CommonAnswerItem,
    Follower,
    Mention,
    Note,
    NoteFile,
    Notification,
    Status,
    Task,
    TaskComment,
)
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


def mark_example_cases(case_ids: Iterable[int]) -> None:
    Case.objects.filter(pk__in=case_ids).update(is_example=True)


def unmark_example_cases(case_ids: Iterable[int]) -> None:
    """They are cases like all others."""
    Case.objects.filter(pk__in=case_ids).update(is_example=False)


@transaction.atomic
def delete_example_cases(case_ids: Iterable[int], *, actor: Actor) -> list[int]:
    """Delete cases that are examples, with notes, tags and links; gives the ids of the files that their notes named.
    Their conversations stay, for whoever deletes those."""
    mine = list(Case.objects.filter(pk__in=case_ids, is_example=True).values_list("pk", flat=True))
    Case.objects.filter(pk__in=mine, merged_into__isnull=False).update(merged_into=None, status=Status.TRASH)
    files = NoteFile.objects.filter(note__case__in=mine)
    file_ids = list(files.values_list("file_id", flat=True))
    for rows in (
        CaseSplit.objects.filter(Q(case__in=mine) | Q(into__in=mine)),
        CommonAnswerItem.objects.filter(case__in=mine),
        CommonAnswer.objects.filter(problem__in=mine),
        TaskComment.objects.filter(task__case__in=mine),
        Task.objects.filter(case__in=mine),
        files,
        Notification.objects.filter(case__in=mine),
        Follower.objects.filter(case__in=mine),
        Mention.objects.filter(note__case__in=mine),
        Note.objects.filter(case__in=mine),
        CaseTag.objects.filter(case__in=mine),
        CaseMerge.objects.filter(Q(case__in=mine) | Q(into__in=mine)),
        CaseLink.objects.filter(case__in=mine),
        CaseLink.objects.filter(related__in=mine),
        CaseConversation.objects.filter(case__in=mine),
        Case.objects.filter(pk__in=mine),
    ):
        rows.delete()
    for case_id in mine:
        publish(CaseDeleted(case_id=case_id), actor=actor)
    return file_ids
