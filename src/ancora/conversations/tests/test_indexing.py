"""The index of words is read again by the worker, the newest message first, and goes on where it ended."""

import json
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from ancora.conversations.commands import indexing
from ancora.conversations.models import SearchEntry
from ancora.desk.tests.conftest import letter, shop

__all__ = ["shop"]

JOB = "ancora.conversations.jobs.index_again"


def index() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, words::text FROM conversations_searchentry")
        return dict(cursor.fetchall())


def taken() -> list[int]:
    """Where the waiting jobs begin; they are gone then."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s RETURNING args::text", [JOB])
        return [json.loads(args)["until"] for (args,) in cursor.fetchall()]


@pytest.fixture
def messages(shop, arrive, cast, program_of):
    """One of each kind: a first one, an answer, one that passes another on, and our own, each with something quoted."""
    quoted = "“Grazie”…\n\nOn Mon, 3 Aug 2026 at 10:00, Ancora wrote:\n> l’ordine vecchio"
    forwarded = "Veda «sotto».\n\n---------- Forwarded message ---------\nFrom: a@example.org\n\nl’ordine «passato»"
    _first, answer, forward = mails = [
        letter(subject="“Urgente”", text=quoted, message_id="<f@x>", sender="b@example.org"),
        letter(subject="Re: Urgente", text=quoted, message_id="<r@x>", sender="b@example.org"),
        letter(subject="Re: Urgente", text=forwarded, message_id="<w@x>", sender="b@example.org"),
    ]
    answer["In-Reply-To"] = forward["In-Reply-To"] = "<f@x>"
    answer.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Rücksendung-4711.pdf")
    for mail in mails:
        arrive(mail, shop.mailbox)
    files = [{"filename": "Conto_4712.txt", "content_type": "text/plain", "content": "eA=="}]
    body = {"text": "Dell’ordine “urgente”.", "files": files}
    assert program_of(cast.marco).post(f"/cases/{shop.case.reference}/replies", body).status_code == 201


@pytest.mark.usefixtures("messages")
def test_what_was_indexed_the_old_way_becomes_as_if_it_came_today(monkeypatch):
    monkeypatch.setattr(indexing, "AT_ONCE", 2)
    today = index()
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE conversations_searchentry s
            SET words = to_tsvector('ancora_it', m.subject || ' ' || m.text) FROM conversations_message m
            WHERE m.id = s.message_id""")
    assert all(words != today[pk] for pk, words in index().items())
    import_module("ancora.conversations.migrations.0012_signs_read_again").begin(apps, None)
    rounds = []
    while begins := taken():
        [until] = begins
        before = index()
        indexing.index_again(until)
        after = index()
        rounds.append(sorted((pk for pk in after if after[pk] != before[pk]), reverse=True))
    newest_first = sorted(today, reverse=True)
    assert rounds == [newest_first[at : at + 2] for at in range(0, len(newest_first), 2)] + [[]]
    assert index() == today
    # Of a message that was taken back nothing is made anew.
    SearchEntry.objects.filter(pk=newest_first[0]).delete()
    indexing.index_again(newest_first[0])
    assert newest_first[0] not in index()


def test_empty_installation_has_nothing_to_read(db):
    import_module("ancora.conversations.migrations.0012_signs_read_again").begin(apps, None)
    assert taken() == []
