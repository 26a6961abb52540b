"""A visitor is blocked in the case of its chat, seen by all, and let in again there or in the settings."""

from uuid import uuid4

from ancora.conversations.chats.tests.rooms import Browser, signed
from ancora.conversations.models import ChatVisitor, Contact
from ancora.parties.models import Team
from ancora.platform import clock

PART = {"HTTP_HX_REQUEST": "true"}


def test_block_ends_the_chat_and_undo_opens_it_again(case, carla, cast, client_of):
    stan, base = client_of(cast.stan), f"/cases/{case.reference}/"
    page = stan.get(f"{base}chat/block/").content.decode()
    assert "Block Carla?" in page
    assert "What was said stays in the case" in page
    for _time in range(2):
        answer = stan.post(f"{base}chat/block/", **PART)
        assert (answer.status_code, answer["HX-Retarget"]) == (200, "#composer")
    assert "Blocked by Stan Meyer" in answer.content.decode()
    assert Contact.objects.get().ending == "agent"
    assert (carla.write("x").status_code, carla.get("lines/").status_code) == (403, 403)
    # Wherever the case is open: at another agent too, and in its timeline, once.
    anna = client_of(cast.anna)
    assert "Blocked by Stan Meyer" in anna.get(f"{base}chat/blocked/").content.decode()
    assert anna.get(f"{base}timeline/", **PART).content.decode().count("Visitor blocked") == 1
    assert "Blocked" not in anna.post(f"{base}chat/unblock/", **PART).content.decode()
    assert "Visitor no longer blocked" in anna.get(f"{base}timeline/", **PART).content.decode()
    assert carla.write("Sorry").status_code == 200


def test_a_person_who_is_signed_in_is_blocked_in_every_browser(account, cast, client_of):
    word = signed(sub="4711", name="Carla", exp=clock.now().timestamp() + 600)
    first, second, third = Browser(account), Browser(account), Browser(account)
    reference = first.begin(identity=word, client_key=uuid4()).json()["reference"]
    third.begin(client_key=uuid4())
    assert client_of(cast.stan).post(f"/cases/{reference}/chat/block/").status_code == 302
    for browser in (second, third):
        assert browser.begin("Me again", identity=word, client_key=uuid4()).json()["error"] == "blocked"
        assert browser.post("identify/", identity=word).json()["error"] == "blocked"
    assert third.write("Nobody by name").status_code == 200


def test_settings_list_who_is_blocked_and_undo_it(case, carla, cast, client_of):
    client_of(cast.stan).post(f"/cases/{case.reference}/chat/block/")
    anna, visitor = client_of(cast.anna), ChatVisitor.objects.get()
    page = anna.get("/settings/chats/blocked/").content.decode()
    assert "Carla" in page
    assert "Stan Meyer" in page
    undo = f"/settings/chats/blocked/{visitor.pk}/undo/"
    assert client_of(cast.stan).post(undo).status_code == 404
    assert client_of(cast.stan).get("/settings/chats/blocked/").status_code == 404
    for _time in range(2):
        assert anna.post(undo).status_code == 302
    assert carla.write("Sorry").status_code == 200
    assert "Nobody is blocked" in anna.get("/settings/chats/blocked/").content.decode()


def test_stranger_and_observer_block_nobody(case, account, cast, client_of):
    base = f"/cases/{case.reference}/chat/"
    assert client_of(cast.olga).post(f"{base}block/").status_code == 403
    account.mailbox.teams.add(Team.objects.create(name="Insiders"))
    stan = client_of(cast.stan)
    assert [stan.post(f"{base}{verb}/").status_code for verb in ("block", "unblock")] == [404, 404]
    assert [stan.get(f"{base}{part}/").status_code for part in ("block", "blocked")] == [404, 404]
    assert ChatVisitor.objects.get().blocked_at is None
