"""Whoever sends too much is told so in words, and the document says how much that is."""

import json
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

from ancora.conversations.channels.chat.limits import FILES, MEGABYTES_EACH, MOST_CHARACTERS
from ancora.conversations.chats.commands import devices
from ancora.conversations.chats.commands.amounts import MOST_DAILY_BYTES
from ancora.conversations.chats.tests.rooms import Browser
from ancora.conversations.chats.visitors import MOST_A_MINUTE
from ancora.platform import clock
from ancora.platform.http import lane
from ancora.platform.http.pace import count
from ancora.selfservice import door, gate, given
from ancora.selfservice.proof.demand import ABOVE

HASTE = "That was too much at once. Nothing of it was sent; try again in a minute."


def test_too_much_is_refused_in_words(account):
    carla = Browser(account, **{"accept-language": "en"})
    carla.begin()
    small = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(FILES.most + 1)]
    with clock.at(clock.now()):
        answers = [
            carla.write("x" * (MOST_CHARACTERS + 1)),
            carla.write(" \n\u200b \u2060"),
            carla.write("x" * given.MOST_JSON_BYTES),
            carla.send_files(*small),
            carla.send_files(SimpleUploadedFile("a.bin", b"x" * (FILES.most_bytes_each + 1))),
            *[carla.write("x") for _line in range(MOST_A_MINUTE)][-1:],
        ]
        count("chat-bytes:127.0.0.1", door.MOST_FLOOD)
        answers.append(carla.send_files(small[0]))
        count("chat-begin:127.0.0.1", door.MOST_BEGINNINGS)
        answers.append(Browser(account, **{"accept-language": "en"}).begin())
    assert [(one.status_code, json.loads(one.content)["words"]) for one in answers] == [
        (400, "That is longer than 4000 characters. Send it in parts."),
        (400, "Write something, or choose a file."),
        (400, "That is too long. Send it in parts."),
        (400, "Not more than 5 files at once. Send them in parts."),
        (400, "A file is larger than 10 MB. Send a smaller one."),
        (429, HASTE),
        (429, HASTE),
        (429, HASTE),
    ]


def test_form_that_cannot_be_read_is_refused_in_words(account, client_of):
    carla = Browser(account, **{"accept-language": "en"})
    carla.begin()
    headers = {"Authorization": f"Bearer {carla.token}", "accept-language": "en"}
    kind = "multipart/form-data; boundary=x"
    fields = "".join(f'--x\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n1\r\n' for n in range(1100))
    for content_type, body in (("multipart/form-data", "x"), (kind, f"{fields}--x--\r\n")):
        answer = client_of().generic(
            "POST", f"/chat/{account.token}/lines/", body, content_type=content_type, headers=headers
        )
        assert (answer.status_code, json.loads(answer.content)["error"]) == (400, "refused")


def test_document_says_the_same_numbers(settings):
    document = (Path(__file__).parents[4] / "docs" / "chat.md").read_text()
    table = document.partition("## Limits")[2].partition("\n\nWhat a file is")[0]
    for words in (
        f"{MOST_CHARACTERS} characters, {FILES.most} files of {MEGABYTES_EACH} MB each",
        f"files of a conversation | {MOST_DAILY_BYTES // 1_000_000} MB",
        f"JSON {given.MOST_JSON_BYTES // 1000} kB",
        f"| lines of a visitor | {MOST_A_MINUTE} in",
        f"lines) | {door.MOST_SIGNS} in",
        f"beginnings of an address | {door.MOST_BEGINNINGS} in",
        f"another device of a visitor | {devices.MOST_A_MINUTE} in",
        f"files of an address | {door.MOST_FLOOD // 1_000_000} MB",
        f"unknown tokens of an address | {door.MOST_REFUSALS} in",
        f"new chats of an account | {ABOVE} in",
        f"one token | {gate.MOST_OPENINGS} in",
        f"of a chat, at one process | {gate.MOST_OF_A_CHAT} |",
        f"of an address, at one process | {settings.CHAT_STREAMS_PER_ADDRESS},",
        f"posts that wait at one process | {lane.MOST_POSTS} |",
        f"wait to begin at one process | {lane.MOST_STREAMS} |",
    ):
        assert words in table, words
