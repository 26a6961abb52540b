"""W1 mail intake · W2 the open queue · W3 search for one word · W4 a case of thirty messages · W5 memory at rest ·
the first import of old mail."""

import http.client
import json
import os
import statistics
import time
from pathlib import Path

from django.db import connection, connections

from ancora.cases.models import Case
from ancora.conversations.commands import process_pending, receive
from ancora.conversations.models import Mailbox
from ancora.platform.events.dispatcher import drain
from ancora.testing.site import session_cookie
from bench import corpus, filling
from bench import mails as generator
from bench.installation import serving, visit
from bench.processes import Window, calibration_ms, pss_mb

WARM_UP, REQUESTS, ROUNDS = 5, 40, 3
MAILS = 1000


def measure(work: str, cases: int, mails: int, home: Path, server) -> dict:
    """Measure one piece of work on a fresh, migrated database; the dictionary is what `--json` prints."""
    if work == "import":
        from bench.importing import measure as measure_import

        return {"work": work, "calib_ms": calibration_ms(), **measure_import(mails, home, _database(server))}
    result = _intake(server) if work == "w1" else _pages(work, cases, home, server)
    return {"work": work, "calib_ms": calibration_ms(), **result}


def _intake(server) -> dict:
    """1,000 mails stored, read, threaded and every delivery of events done, as the worker does it."""
    filling.set_up()
    mailbox, raws = Mailbox.objects.get(), list(generator.mails(MAILS))
    times = []
    with Window([os.getpid(), *_database(server)]) as window:
        for number, raw in enumerate(raws):
            start = time.perf_counter()
            receive(raw, key=f"bench:{number}", mailbox=mailbox)
            if number % 20 == 19:
                while process_pending():
                    pass
            times.append((time.perf_counter() - start) * 1000)
        while process_pending():
            pass
        drain(1_000_000)
    opened, expected = Case.objects.count(), generator.threads_expected(MAILS)
    return {
        "cases": opened,
        "rounds": 1,
        **_spread(times),
        "cpu_ms": round(window.cpu * 1000 / MAILS, 2),
        "bytes": sum(map(len, raws)),
        "mails": MAILS,
        "mails_per_s": round(MAILS / window.seconds, 1),
        "cpu_ms_per_mail": round(window.cpu * 1000 / MAILS, 2),
        "cases_opened": opened,
        "expected": expected,
        "ok": opened == expected,
    }


def _pages(work: str, cases: int, home: Path, server) -> dict:
    agent = filling.set_up()
    filling.fill(cases, agent)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    cookie = _cookie(agent)
    connections.close_all()
    with serving(home) as (process, port):
        roots = [process.pid, *_database(server)]
        if work == "w5":
            visit(port, cookie, "/queues/open/")
            time.sleep(8)
            return {
                "cases": cases,
                "rounds": 1,
                "median_ms": 0,
                "p95_ms": 0,
                "cpu_ms": 0,
                "bytes": 0,
                "pss_mb": pss_mb(roots),
                "ok": True,
            }
        path, proof = _page(work, cases)
        return {"cases": cases, **_measure(port, cookie, path, proof, roots)}


def _page(work: str, cases: int) -> tuple[str, list[str]]:
    """(path, what the page must hold to be right)."""
    if work == "w2":
        return "/queues/open/", [f"#{1000 + cases + 1}", f"#{1000 + cases - 1}"]
    if work == "w3":
        return f"/search/?q={corpus.WORD}", [str(corpus.cases_with_word(cases))]
    return f"/cases/{1000 + cases + 1}/", ["Thread of thirty"]


def _measure(port: int, cookie: str, path: str, proof: list[str], roots: list[int]) -> dict:
    client = http.client.HTTPConnection("localhost", port, timeout=60)
    status, body = _get(client, path, cookie, plain=True)
    ok = status == 200 and all(words in body.decode() for words in proof)
    times, spent, wire = [], 0.0, 0
    for _ in range(ROUNDS):
        for _ in range(WARM_UP):
            _get(client, path, cookie)
        with Window(roots) as window:
            for _ in range(REQUESTS):
                start = time.perf_counter()
                status, answer = _get(client, path, cookie)
                times.append((time.perf_counter() - start) * 1000)
                ok, wire = ok and status == 200, len(answer)
        spent += window.cpu
    return {
        "rounds": ROUNDS,
        **_spread(times),
        "cpu_ms": round(spent * 1000 / (ROUNDS * REQUESTS), 2),
        "bytes": len(body),
        "wire": wire,
        "ok": ok,
    }


def _get(client, path: str, cookie: str, *, plain: bool = False) -> tuple[int, bytes]:
    headers = {"Cookie": cookie} | ({} if plain else {"Accept-Encoding": "gzip"})
    client.request("GET", path, headers=headers)
    response = client.getresponse()
    return response.status, response.read()


def _cookie(agent) -> str:
    made = session_cookie(agent, "http://localhost")
    return f"{made['name']}={made['value']}"


def _database(server) -> list[int]:
    """The postmaster (its parent only watches it)."""
    return [int((server.place.data / "postmaster.pid").read_text().split("\n")[0])] if server else []


def _spread(times: list[float]) -> dict:
    times = sorted(times)
    return {"median_ms": round(statistics.median(times), 2), "p95_ms": round(times[int(len(times) * 0.95)], 2)}


def show(result: dict, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:16} {value}")
