"""Search at a million messages: what stands under the field while somebody types, and the page of what was found.

Measured through the real server, warm, one kind of question after the other.
"""

import http.client
import time
from urllib.parse import urlencode

from django.db import connection, connections

from bench import haystack
from bench.installation import serving
from bench.processes import Window, calibration_ms, postmaster, spread
from bench.work import cookie_of

WARM_UP, REQUESTS = 3, 20
# What a person waits for without noticing.
TARGET_MS = 100

TYPED = {
    "1 letter": "o",
    "2 letters": "or",
    "3 letters": "ord",
    "5 letters": "ordin",
    "8 letters, rare": "xylophon",
    "accent": "qualità",
    "name": "giulia fer",
    "two words": "ordine dan",
}


def asked() -> dict[str, tuple[str, str]]:
    """Path and words of every kind of question."""
    words = {
        "common word": "ordine",
        "rare word": haystack.RARE,
        "two words": "ordine danneggiato",
        "phrase": f'"{haystack.PHRASE}"',
        "number": "1234",
        "e-mail": haystack.address_of(1234),
        "phone": haystack.phone_of(1234),
        "name": "Giulia Ferrari",
        "tag": "garanzia",
        "attachment": "fattura-4710.pdf",
        "from and word": "from:giulia ordine",
        "open before": "is:open before:30d",
        "word before": "ordine before:300d",
        "nonsense": "qwertzuiopz",
    }
    typed = {f"typed: {kind}": ("/search/suggestions/", text) for kind, text in TYPED.items()}
    return typed | {kind: ("/search/", text) for kind, text in words.items()}


def measure(messages: int, home, server) -> dict:
    """The dictionary that `--json` prints: for every kind wall and CPU milliseconds, and the slowest of them."""
    agent = haystack.fill(messages)
    cookie = cookie_of(agent)
    connections.close_all()
    connection.close_pool()
    with serving(home) as (process, port):
        roots, client = [process.pid, *postmaster(server)], http.client.HTTPConnection("localhost", port, timeout=60)
        kinds = {kind: _one(client, cookie, *question, roots) for kind, question in asked().items()}
    slowest = max(kinds, key=lambda kind: kinds[kind]["cpu_ms"])
    return {
        "messages": messages,
        "calib_ms": calibration_ms(),
        "slowest": slowest,
        "slowest_cpu_ms": kinds[slowest]["cpu_ms"],
        "kinds": kinds,
        "ok": all(one["ok"] for one in kinds.values()) and kinds[slowest]["cpu_ms"] <= TARGET_MS,
    }


def _one(client, cookie: str, path: str, words: str, roots: list[int]) -> dict:
    address, headers = f"{path}?{urlencode({'q': words})}", {"Cookie": cookie, "HX-Request": "true"}
    for _ in range(WARM_UP):
        _get(client, address, headers)
    with Window(roots) as window:
        answers = [_get(client, address, headers) for _ in range(REQUESTS)]
    return {
        **spread([ms for _status, ms in answers]),
        "cpu_ms": round(window.cpu * 1000 / REQUESTS, 1),
        "ok": all(status == 200 for status, _ms in answers),
    }


def _get(client, address: str, headers: dict) -> tuple[int, float]:
    start = time.perf_counter()
    client.request("GET", address, headers=headers)
    response = client.getresponse()
    response.read()
    return response.status, (time.perf_counter() - start) * 1000
