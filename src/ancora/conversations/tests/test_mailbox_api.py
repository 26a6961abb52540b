"""Programs see how a mailbox is, pause it and let it go on."""

import pytest

from ancora.conversations.models import Arrival, ArrivalState, Fetch, Mailbox
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.files.store import store


@pytest.fixture
def box(cast) -> Mailbox:
    found = Mailbox.objects.create(name="Shop", address="support@shop.example", imap_host="h", smtp_host="h")
    words = {"last_uid": 7, "uid_next": 12, "old_uid": 3, "old_end_uid": 900, "old_total": 900, "old_done": 3}
    Fetch.objects.create(mailbox=found, uid_validity=1, succeeded_at=clock.now(), **words)
    Arrival.objects.create(
        key="k", mailbox=found, file=store(b"x"), received_at=clock.now(), state=ArrivalState.QUARANTINED
    )
    return found


def test_program_sees_how_a_mailbox_is(box, cast, program_of):
    found = program_of(cast.lena).get(f"/mailboxes/{box.pk}").json()
    assert (found["state"], found["sending_state"], found["behind"]) == ("importing", "works", 4)
    assert (found["imported"], found["to_import"], found["quarantined"]) == (3, 900, 1)
    assert found["counts"] == [{"outcome": "quarantined", "today": 1, "week": 1}]
    assert not {"imap_password", "imap_user"} & set(found)


def test_program_pauses_and_resumes(box, cast, program_of):
    program = program_of(cast.anna)
    assert program.put(f"/mailboxes/{box.pk}/pauses/fetching", {}).json()["state"] == "paused"
    assert program.put(f"/mailboxes/{box.pk}/pauses/sending", {}).json()["sending_state"] == "paused"
    assert program.delete(f"/mailboxes/{box.pk}/pauses/fetching").json()["fetching_paused_at"] is None
    assert program.put(f"/mailboxes/{box.pk}/pauses/everything", {}).status_code == 422
    box.refresh_from_db()
    assert (box.fetching_paused_at, box.sending_paused_by) == (None, cast.anna)


def test_strangers_neither_see_nor_pause_it(box, cast, program_of):
    assert program_of(None).get(f"/mailboxes/{box.pk}").status_code == 401
    assert program_of(cast.marco).get(f"/mailboxes/{box.pk}").status_code == 404
    for person in (cast.marco, cast.lena):
        assert program_of(person).put(f"/mailboxes/{box.pk}/pauses/fetching", {}).status_code == 404
    box.teams.add(Team.objects.create(name="Repairs"))
    assert program_of(cast.lena).get(f"/mailboxes/{box.pk}").status_code == 404
    assert Mailbox.objects.get().fetching_paused_at is None
