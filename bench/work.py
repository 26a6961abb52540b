"""W1 mail intake · W2 the open queue · W3 search for one word · W4 a case of thirty messages · W5 memory at rest ·
the first import of old mail."""

import http.client
import json
import time
from pathlib import Path
from statistics import mean

from django.db import connection, connections

from ancora.testing.site import session_cookie
from bench import corpus, filling
from bench.installation import serving, visit
from bench.intake import intake
from bench.processes import Window, calibration_ms, postmaster, pss_mb, spread

WARM_UP, REQUESTS, ROUNDS = 5, 40, 3


def measure(work: str, cases: int, mails: int, home: Path, server) -> dict:
    """Measure one piece of work on a fresh, migrated database; the dictionary is what `--json` prints."""
    if work == "import":
        from bench.importing import measure as measure_import

        result = measure_import(mails, home, postmaster(server))
    elif work == "search":
        from bench.searching import measure as measure_search

        result = measure_search(mails, home, server)
    elif work == "weight":
        from bench.weight import measure as measure_weight

        result = measure_weight(cases, home)
    else:
        result = intake(mails, server) if work == "w1" else _pages(work, cases, home, server)
    return {"work": work, "calib_ms": calibration_ms(), **result}


def _pages(work: str, cases: int, home: Path, server) -> dict:
    agent = filling.set_up()
    filling.fill(cases, agent)
    with connection.cursor() as cursor:
        # As the database does by itself soon after so many rows.
        cursor.execute("VACUUM ANALYZE")
    cookie = cookie_of(agent)
    # What filled the database is no part of what is measured.
    connections.close_all()
    connection.close_pool()
    with serving(home) as (process, port):
        roots = [process.pid, *postmaster(server)]
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
    times, spent, wire, calibrations = [], 0.0, 0, [calibration_ms()]
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
        calibrations.append(calibration_ms())
    return {
        "calib_ms": round(mean(calibrations), 1),
        "rounds": ROUNDS,
        **spread(times),
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


def cookie_of(agent) -> str:
    made = session_cookie(agent, "http://localhost")
    return f"{made['name']}={made['value']}"


def show(result: dict, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:16} {value}")
