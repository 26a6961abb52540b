"""Drafts shared with colleagues: written in turn, never over somebody unseen, sent by whoever sends."""

from datetime import timedelta

import pytest

from ancora.cases import commands
from ancora.cases.commands import Written, WrittenElsewhere, save_draft
from ancora.cases.models import Case, Draft, DraftShare
from ancora.cases.notifications.models import Notification
from ancora.cases.sharing.commands import lay_pen_down, share_draft, take_pen, unshare_draft
from ancora.cases.sharing.holding import NoLongerShared
from ancora.cases.sharing.queries import drafts_of, drafts_shared_in, pen_of
from ancora.cases.tasks.tests.conftest import case
from ancora.conversations.commands.draft_files import lay_file
from ancora.conversations.models import DraftFile
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.dispatcher import drain

__all__ = ["case"]


@pytest.fixture
def draft(case, cast) -> Draft:
    """Anna's, shared with Marco."""
    save_draft(case, Written({"text": "Half a sentence"}), author=cast.anna)
    return share_draft(case, author=cast.anna, people=[cast.marco])


def write(case, draft, person, text: str, **fields):
    shared = draft.pk if person.pk != draft.author_id else 0
    version = Draft.objects.get(pk=draft.pk).version
    return save_draft(case, Written({"text": text, **fields}, draft=shared), author=person, version=version)


def pause(draft):
    long_ago = clock.now() - timedelta(seconds=31)
    Draft.objects.filter(pk=draft.pk).update(saved_at=long_ago, writer_since=long_ago)


def pass_on(case, draft, cast):
    """Anna lays the pen down, Marco takes it."""
    lay_pen_down(case, person=cast.anna)
    take_pen(case, person=cast.marco, shared=draft.pk)


def told(person) -> list[str]:
    drain()
    return list(Notification.objects.filter(person=person).order_by("id").values_list("kind", flat=True))


def test_pen_passes_on_when_it_is_laid_down_or_its_holder_has_paused(case, cast, draft):
    with pytest.raises(Refusal, match="Anna Ferri is writing just now"):
        take_pen(case, person=cast.marco, shared=draft.pk)
    with pytest.raises(WrittenElsewhere, match="Anna Ferri has the pen"):
        write(case, draft, cast.marco, "Mine")
    pause(draft)
    take_pen(case, person=cast.marco, shared=draft.pk)
    write(case, draft, cast.marco, "A whole sentence")
    with pytest.raises(WrittenElsewhere, match="Marco Reale has the pen"):
        write(case, draft, cast.anna, "Mine again")
    with pytest.raises(Refusal):
        take_pen(case, person=cast.anna)
    lay_pen_down(case, person=cast.marco, shared=draft.pk)
    with pytest.raises(WrittenElsewhere, match="nobody has the pen"):
        write(case, draft, cast.marco, "Too late")
    take_pen(case, person=cast.anna)
    stored = Draft.objects.get()
    assert (stored.written["text"], stored.writer, stored.author) == ("A whole sentence", cast.anna, cast.anna)
    assert told(cast.marco) == ["shared"]
    assert "drafted" in told(cast.anna) or stored.writer == cast.anna


def test_older_version_is_refused_with_what_stands_there(case, cast, draft):
    pass_on(case, draft, cast)
    write(case, draft, cast.marco, "First")
    with pytest.raises(WrittenElsewhere) as refused:
        save_draft(case, Written({"text": "Other tab"}, draft=draft.pk), author=cast.marco, version=draft.version)
    assert refused.value.draft.written["text"] == "First"
    assert write(case, draft, cast.marco, " ").written["text"] == " ", "an emptied shared draft stays"


def test_given_back_its_author_is_told(case, cast, draft):
    pass_on(case, draft, cast)
    lay_pen_down(case, person=cast.marco, shared=draft.pk)
    assert told(cast.anna) == ["drafted"]
    assert pen_of(cast.anna, Draft.objects.get()).may_take


def test_only_who_sees_the_case_and_answers_customers_is_shared_with(case, cast, draft):
    for person in (cast.olga, cast.anna):
        with pytest.raises(Refusal):
            share_draft(case, author=cast.anna, people=[person])
    with pytest.raises(Refusal, match="of another team"):
        share_draft(case, author=cast.anna, team=Team.objects.create(name="Others"))
    with pytest.raises(Refusal, match="no draft to share"):
        share_draft(case, author=cast.lena, people=[cast.marco])
    share_draft(case, author=cast.anna, people=[cast.marco])
    assert DraftShare.objects.count() == 1


def test_team_of_the_case_and_what_becomes_of_it_when_it_is_unshared(case, cast, draft):
    team = Team.objects.create(name="Repairs")
    Membership.objects.create(team=team, user=cast.stan)
    Case.objects.update(team=team)
    case.refresh_from_db()
    share_draft(case, author=cast.anna, team=team)
    assert [one.author for one in drafts_shared_in(cast.stan, case)] == ["Anna Ferri"]
    assert told(cast.stan) == ["shared"]
    pause(draft)
    take_pen(case, person=cast.stan, shared=draft.pk)
    unshare_draft(case, author=cast.anna, share=DraftShare.objects.get(team=team).pk)
    stored = Draft.objects.get()
    assert (stored.writer, stored.is_free) == (cast.anna, True)
    with pytest.raises(NoLongerShared):
        write(case, draft, cast.stan, "Still me")
    unshare_draft(case, author=cast.anna, share=DraftShare.objects.get().pk)
    stored = Draft.objects.get()
    assert stored.writer is None
    assert write(case, draft, cast.anna, "Alone again").version == stored.version + 1


def test_strangers_reach_nothing(case, cast, draft):
    assert drafts_shared_in(cast.stan, case) == []
    assert drafts_of(cast.stan) == []
    for change in (take_pen, lay_pen_down):
        with pytest.raises(NoLongerShared):
            change(case, person=cast.stan, shared=draft.pk)
    with pytest.raises(NoLongerShared):
        write(case, draft, cast.stan, "Mine")
    unshare_draft(case, author=cast.stan, share=DraftShare.objects.get().pk)
    commands.discard_draft(case, author=cast.marco)
    assert Draft.objects.get() == draft
    assert drafts_of(cast.marco) == [draft]


def test_files_lie_with_who_writes_and_end_with_the_draft(case, cast, draft):
    def lay(person):
        return lay_file(owner=person, filename="a.pdf", content_type="application/pdf", content=b"%PDF")

    def typed(person, *files):
        version = Draft.objects.get().version
        written = Written({"text": "x"}, tuple(one.key for one in files), draft=draft.pk if person != cast.anna else 0)
        save_draft(case, written, author=person, version=version)

    first, foreign = lay(cast.anna), lay(cast.lena)
    typed(cast.anna, first, foreign)
    pass_on(case, draft, cast)
    second = lay(cast.marco)
    typed(cast.marco, first, second)
    assert set(DraftFile.objects.filter(owner=cast.marco, is_held=True)) == {first, second}
    assert DraftFile.objects.get(pk=foreign.pk).owner == cast.lena
    pause(draft)
    take_pen(case, person=cast.anna)
    assert DraftFile.objects.filter(owner=cast.anna).count() == 2
    commands.discard_draft(case, author=cast.anna)
    assert not DraftFile.objects.filter(is_held=True).exists()
    assert drafts_shared_in(cast.marco, case) == []


def test_goes_with_a_merged_case(case, cast, draft, mailbox, arrive):
    arrive(letter(message_id="<other@example.org>", subject="Once more"), mailbox)
    other = Case.objects.exclude(pk=case.pk).get()
    commands.merge_cases(case, into=other, author=cast.anna)
    assert [one.id for one in drafts_shared_in(cast.marco, other)] == [draft.pk]
    lay_pen_down(other, person=cast.anna)
    take_pen(other, person=cast.marco, shared=draft.pk)
    assert drafts_of(cast.marco)[0].holder == other


def send_later(case, person, written):
    to, at = [("", "carla@example.org")], clock.now() + timedelta(hours=1)
    return commands.reply_to_case(case, html="<p>x</p>", to=to, author=person, written=written, send_at=at)


def test_taken_back_it_does_not_show_what_its_author_began_alone(case, cast, draft):
    def lay(person):
        return lay_file(owner=person, filename="a.pdf", content_type="application/pdf", content=b"%PDF")

    pass_on(case, draft, cast)
    both = lay(cast.marco), lay(cast.anna)
    write(case, draft, cast.marco, "For Carla")
    written = Written({"text": "For Carla"}, (both[0].key,), draft=draft.pk, version=Draft.objects.get().version)
    message = send_later(case, cast.marco, written)
    save_draft(case, Written({"kind": "note", "text": "She never pays"}, (both[1].key,)), author=cast.anna)
    commands.take_back_message(case, message, author=cast.marco)
    stored = Draft.objects.get()
    assert (stored.author, stored.writer, stored.shares.count()) == (cast.anna, None, 0)
    assert "For Carla" in stored.written["text"]
    assert "She never pays" in stored.written["text"]
    assert drafts_shared_in(cast.marco, case) == []
    assert set(DraftFile.objects.filter(owner=cast.anna, is_held=True)) == set(both)


def test_what_was_sent_alone_is_not_shared_when_it_comes_back(case, cast):
    message = send_later(case, cast.anna, Written({"text": "Mine"}))
    save_draft(case, Written({"text": "Ours"}), author=cast.anna)
    share_draft(case, author=cast.anna, people=[cast.marco])
    commands.take_back_message(case, message, author=cast.anna)
    assert Draft.objects.get().writer is None
    assert drafts_shared_in(cast.marco, case) == []
