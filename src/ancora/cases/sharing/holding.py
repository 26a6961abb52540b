"""A draft held until the transaction ends, and whether its pen is in the right hand. The case is held before it, by
whoever publishes."""

from uuid import NAMESPACE_OID, UUID, uuid5

from django.utils.translation import gettext as _

from ancora.cases.models import Case, Draft
from ancora.cases.queries.drafts import draft_in
from ancora.cases.sharing.queries import shared_draft_in
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.once import one_at_a_time


class WrittenElsewhere(Refusal):
    """The draft was changed, or the pen taken, since this screen was drawn. `draft`: as it stands now."""

    def __init__(self, text: str, draft: Draft):
        super().__init__(text)
        self.draft = draft


class NoLongerShared(Refusal):
    """The draft of a colleague was sent, thrown away, or is not shared any more; or it never was."""

    def __init__(self):
        super().__init__(_("This draft was sent or is no longer shared with you. What you typed stays on this screen."))


def held_draft(case: Case, person: User, shared: int = 0) -> Draft | None:
    """The person's own draft in the case, None when there is none; or that of a colleague with the id `shared`."""
    if not shared:
        # Also when there is none yet: two screens that begin one in the same instant are told apart.
        one_at_a_time(uuid5(NAMESPACE_OID, f"draft-{person.pk}-{case.pk}"))
        draft = draft_in(person, case)
        return draft and Draft.objects.select_for_update(of=("self",)).filter(pk=draft.pk, message=None).first()
    found = Draft.objects.select_for_update(of=("self",)).filter(pk=shared, message=None).first()
    if found is None or shared_draft_in(person, case, shared) is None:
        raise NoLongerShared
    return found


def require_pen(draft: Draft, person: User) -> None:
    """Refuse who does not hold the pen of a shared draft."""
    if draft.writer_id is None:
        return
    if draft.is_free:
        raise WrittenElsewhere(_("Not saved: nobody has the pen now. What you typed stays on this screen."), draft)
    if draft.writer_id != person.pk:
        words = _("Not saved: %(name)s has the pen. What you typed stays on this screen.")
        raise WrittenElsewhere(words % {"name": draft.writer}, draft)


def require_version(draft: Draft, version: int) -> None:
    """Refuse what does not know the latest version."""
    if draft.version == version:
        return
    raise WrittenElsewhere(
        _("Not saved: this draft was changed on another screen. What you typed stays on this one."), draft
    )


def files_of(draft: Draft) -> list[UUID]:
    """Keys of the files that the draft holds; they lie with its writer, or its author."""
    return [UUID(key) for key in draft.written.get("files", ())]
