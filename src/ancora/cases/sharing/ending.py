"""What becomes of shares when a draft goes, or becomes one with another."""

from ancora.cases.models import Case, Draft, DraftShare
from ancora.cases.sharing.events import DraftUnshared
from ancora.cases.sharing.holding import files_of
from ancora.conversations.commands.draft_files import move_draft_files
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish


def end_sharing(case: Case, draft: Draft, *, author: User) -> None:
    """The draft goes: those with whom it is shared learn that. The case is held."""
    for one in draft.shares.all() if draft.writer_id else ():
        told = {"person_id": one.person_id, "team_id": one.team_id}
        publish(DraftUnshared(case_id=case.pk, draft_id=draft.pk, **told), actor=Actor.human(author))


def share_no_more(case: Case, draft: Draft) -> None:
    """It is its author's alone again, with its files; to be saved by the caller. The case is held."""
    end_sharing(case, draft, author=draft.author)
    move_draft_files(files_of(draft), of=draft.writer, to=draft.author)
    draft.shares.all().delete()
    draft.writer, draft.writer_since, draft.is_free = None, None, False


def take_over_shares(draft: Draft, *, of: Draft) -> None:
    """Two drafts of one author become one: whoever shared one of them shares both."""
    if of.writer_id is None:
        return
    if draft.writer_id is None:
        draft.writer, draft.writer_since, draft.is_free = of.writer, of.writer_since, of.is_free
        move_draft_files(files_of(draft), of=draft.author, to=draft.writer)
    move_draft_files(files_of(of), of=of.writer, to=draft.writer)
    for one in of.shares.all():
        known = {"person": one.person, "team": one.team}
        DraftShare.objects.get_or_create(draft=draft, **known, defaults={"since": one.since})
