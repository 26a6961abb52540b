"""A chat is answered on the page of its case: at once, once, with how far each line has got."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.macros.models import Macro
from ancora.cases.models import Draft, Priority
from ancora.conversations.models import ChatLine, Message
from ancora.platform.live.topics import heard_by

JSON = {"HTTP_ACCEPT": "application/json"}


def say(client, case, text="On its way", **fields):
    return client.post(f"/cases/{case.reference}/say/", {"text": text, "form_key": str(uuid4()), **fields}, **JSON)


def test_composer_of_a_chat_asks_for_nothing_but_words(case, cast, client_of):
    page = client_of(cast.marco).get(f"/cases/{case.reference}/").content.decode()
    assert f'data-chat="{ChatLine.objects.get().conversation_id}"' in page
    assert 'name="to"' not in page
    assert "Carla" in page
    assert "menu-then" not in page
    by_mail = client_of(cast.marco).get(f"/cases/{case.reference}/composer/?by=mail").content.decode()
    assert 'value="Carla &lt;carla@example.org&gt;"' in by_mail
    assert "data-chat" not in by_mail


def test_line_is_said_once_with_its_changes_and_its_draft_is_gone(case, carla, cast, client_of):
    marco, key = client_of(cast.marco), str(uuid4())
    marco.post(f"/cases/{case.reference}/draft/", {"text": "On", "kind": "reply", "form_key": key, "version": 0})
    assert Draft.objects.exists()
    fields = {"form_key": key, "change": f"priority-{Priority.HIGH}", "version": "1"}
    answers = [say(marco, case, **fields).json() for _time in range(2)]
    line = ChatLine.objects.get(number=2)
    assert answers == [{"number": 2, "message": line.message_id}] * 2
    assert not Draft.objects.exists()
    case.refresh_from_db()
    assert (case.owner, case.priority) == (cast.marco, Priority.HIGH)
    assert [one["text"] for one in carla.lines()] == ["It leaks again", "On its way"]
    page = marco.get(f"/cases/{case.reference}/").content.decode()
    assert f'id="m-{line.message_id}" data-state="sent" data-line="{line.conversation_id}-2"' in page
    carla.post("seen/", delivered=2, read=2)
    assert (
        f'data-state="read" data-line="{line.conversation_id}-2"'
        in marco.get(f"/cases/{case.reference}/timeline/").content.decode()
    )


def test_nothing_is_said_without_words_or_as_a_note(case, cast, client_of):
    marco = client_of(cast.marco)
    for fields in ({"text": " "}, {"kind": "note"}, {"form_key": "x"}):
        refused = say(marco, case, **fields)
        assert refused.status_code == 422
        assert refused.json()["complaint"]
    assert marco.post(f"/cases/{case.reference}/say/", {"text": " "}).status_code == 302
    assert Message.objects.count() == 1


def test_files_go_along(case, carla, cast, client_of):
    marco = client_of(cast.marco)
    from django.core.files.uploadedfile import SimpleUploadedFile

    assert say(marco, case, text="", files=SimpleUploadedFile("plan.txt", b"plan")).status_code == 200
    assert [one["name"] for one in carla.lines()[1]["files"]] == ["plan.txt"]


def test_who_attends_has_read_and_who_reads_along_has_not(case, carla, cast, client_of):
    early = client_of(cast.lena).post(f"/cases/{case.reference}/chat/seen/", {"number": "1"})
    assert early.json() == {"counts": False}
    assert carla.get("lines/").json()["state"]["read_by_us"] == 0
    say(client_of(cast.marco), case)
    carla.write("Hello?")
    for person, read in ((cast.lena, 1), (cast.marco, 3)):
        answer = client_of(person).post(f"/cases/{case.reference}/chat/seen/", {"number": "3"})
        assert answer.json() == {"counts": person == cast.marco}
        assert carla.get("lines/").json()["state"]["read_by_us"] == read
    assert client_of(cast.marco).post(f"/cases/{case.reference}/chat/typing/").status_code == 204


def test_stranger_neither_says_nor_hears_anything(case, account, cast, client_of):
    from ancora.parties.models import Team

    account.mailbox.teams.add(Team.objects.create(name="Insiders"))
    stan, conversation = client_of(cast.stan), ChatLine.objects.get().conversation_id
    for path in ("say/", "chat/seen/", "chat/typing/"):
        assert stan.post(f"/cases/{case.reference}/{path}", {"text": "Hi", "form_key": uuid4()}).status_code == 404
        assert client_of(cast.olga).post(f"/cases/{case.reference}/{path}").status_code == 403
        assert client_of().post(f"/cases/{case.reference}/{path}").status_code == 302
    assert heard_by(cast.stan, [f"chat-{conversation}", f"user-{cast.marco.pk}"]) == frozenset()
    assert heard_by(cast.anna, [f"chat-{conversation}"]) == {f"chat-{conversation}"}
    assert ChatLine.objects.count() == 1


def test_macro_that_helps_in_a_chat_is_counted_once(case, cast, client_of):
    macro, key = Macro.objects.create(name="Thanks"), str(uuid4())
    for _time in range(2):
        assert say(client_of(cast.marco), case, form_key=key, macro=macro.pk).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM event WHERE type = 'macro.used'")
        assert cursor.fetchone() == (1,)


@pytest.mark.parametrize("path", ["", "timeline/"])
def test_length_of_a_chat_costs_no_queries(case, carla, cast, client_of, path):
    marco, counts = client_of(cast.marco), []
    say(marco, case)
    marco.get(f"/cases/{case.reference}/{path}")
    for _time in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert marco.get(f"/cases/{case.reference}/{path}").status_code == 200
        counts.append(len(asked))
        for text in ("And", "then"):
            carla.write(text)
            say(marco, case, text=text)
    assert counts[0] == counts[1]
