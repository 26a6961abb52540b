"""What is said in a chat goes the short way with the rights of every page; whatever is not answered so goes the long
way, and is said as everywhere."""

import asyncio
import json
import logging
from types import SimpleNamespace
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler

from ancora.config.hosts import HostMiddleware
from ancora.conversations.models import ChatLine
from ancora.desk import lane as desk_lane
from ancora.desk.lane import ShortHandler
from ancora.parties.models import Team
from ancora.platform.http.lane import lane

TOKEN = "a" * 32


@pytest.fixture
def ask(unshared_database, client_of):
    """`ask(person, path, …)` as the application asks; `was_short` of what was answered without a page's middleware."""

    def asked(person, path, *, form=True, accept="application/json", csrf=TOKEN, cookie=None, **fields):
        session = cookie or client_of(person).cookies[settings.SESSION_COOKIE_NAME].value
        body = urlencode({"text": "On its way", "form_key": str(uuid4()), **fields}).encode()
        headers = {
            "host": "localhost",
            "cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            "x-csrftoken": csrf,
            "accept": accept,
            "content-type": "application/x-www-form-urlencoded",
            "content-length": str(len(body)),
        }
        return asyncio.run(_ask(path, {k: v for k, v in headers.items() if v}, body))

    return asked


async def _ask(path, headers, body):
    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "http_version": "1.1"}
    scope |= {"headers": [(k.encode(), v.encode()) for k, v in headers.items()], "scheme": "http"}
    scope |= {"server": ("localhost", 80), "client": ("127.0.0.1", 1), "asgi": {"version": "3.0"}}
    asked, said, gone = [{"type": "http.request", "body": body}], [], asyncio.Event()

    async def receive():
        if asked:
            return asked.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        said.append(message)

    async with lane():
        if desk_lane.is_meant(scope):
            await desk_lane.answer(scope, receive, send, handler=ShortHandler(HostMiddleware), long_way=ASGIHandler())
        else:
            assert "json" not in headers["accept"]
            await ASGIHandler()(scope, receive, send)
    told = dict(said[0]["headers"])
    body = b"".join(one.get("body", b"") for one in said[1:])
    return SimpleNamespace(status=said[0]["status"], headers=told, body=body)


def was_short(answer) -> bool:
    """A page carries the policy of what it may load."""
    return not any(name.lower() == b"content-security-policy" for name in answer.headers)


def test_line_goes_the_short_way_once(case, cast, ask, carla):
    key = str(uuid4())
    answers = [ask(cast.marco, f"/cases/{case.reference}/say/", form_key=key) for _time in range(2)]
    assert [(one.status, was_short(one), json.loads(one.body)["number"]) for one in answers] == [(200, True, 2)] * 2
    assert answers[0].headers[b"X-Content-Type-Options"] == b"nosniff"
    assert ask(cast.marco, f"/cases/{case.reference}/chat/seen/", number=1).status == 200
    assert ChatLine.objects.get(number=1).read_at is not None
    assert ask(cast.marco, f"/cases/{case.reference}/chat/typing/").status == 204
    assert [one["text"] for one in carla.lines()] == ["It leaks again", "On its way"]


def test_complaint_is_in_the_language_of_who_said_it(case, cast, ask):
    cast.marco.language = "it"
    cast.marco.save()
    refused = ask(cast.marco, f"/cases/{case.reference}/say/", kind="note")
    assert (refused.status, was_short(refused)) == (422, True)
    assert "nota" in json.loads(refused.body)["complaint"]


def test_strangers_go_the_long_way_and_change_nothing(case, cast, ask, mailbox, caplog):
    path = f"/cases/{case.reference}/say/"
    caplog.set_level(logging.CRITICAL)
    away = ask(cast.marco, path, cookie="nobody")
    assert (away.status, away.headers[b"Location"]) == (302, f"/accounts/login/?next={path}".encode())
    assert ask(cast.olga, path).status == 403
    assert ask(cast.marco, path, csrf="").status == 403
    assert ask(cast.marco, "/cases/1/say/").status == 404
    mailbox.teams.set([Team.objects.create(name="Others")])
    hidden = ask(cast.marco, path)
    assert (hidden.status, was_short(hidden)) == (404, False)
    assert ChatLine.objects.count() == 1


def test_who_left_or_has_another_password_is_a_stranger(case, cast, ask, client_of):
    path = f"/cases/{case.reference}/say/"
    session = client_of(cast.marco).cookies[settings.SESSION_COOKIE_NAME].value
    assert ask(cast.marco, path, cookie=session).status == 200
    cast.marco.set_password("another one altogether")
    cast.marco.save()
    assert ask(cast.marco, path, cookie=session).status == 302
    session = client_of(cast.lena).cookies[settings.SESSION_COOKIE_NAME].value
    assert ask(cast.lena, path, cookie=session).status == 200
    cast.lena.is_active = False
    cast.lena.save()
    assert ask(cast.lena, path, cookie=session).status == 302


def test_who_asks_for_no_json_is_refused_once_and_with_a_page(case, cast, ask, caplog):
    refused = ask(cast.marco, f"/cases/{case.reference}/say/", accept="*/*", text=" ")
    assert (refused.status, was_short(refused)) == (302, False)
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]


def test_page_without_scripts_goes_the_long_way(case, cast, ask):
    said = ask(cast.marco, f"/cases/{case.reference}/say/", accept="text/html")
    assert (said.status, said.headers[b"Location"]) == (302, f"/cases/{case.reference}/".encode())
    assert ChatLine.objects.filter(number=2).exists()
