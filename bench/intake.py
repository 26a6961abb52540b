"""W1: mails stored, read and threaded, until every delivery of their events is done."""

import os
import time
from itertools import batched

from ancora.cases.models import Case
from ancora.conversations.commands import process_pending
from ancora.conversations.commands.receive import Delivery, receive_all
from ancora.conversations.models import Mailbox
from ancora.platform.events.dispatcher import drain
from bench import filling, mails
from bench.processes import Window, calibration_ms, postmaster, rss_mb, spread

# The worker fetches up to fifty at a time.
LOT = 20


def intake(count: int, server) -> dict:
    """`rss_mb_early` is this process's memory after a tenth of the mails, `rss_mb` at the end."""
    filling.set_up()
    mailbox, times, size, early, before = Mailbox.objects.get(), [], 0, 0, calibration_ms()
    with Window([os.getpid(), *postmaster(server)]) as window:
        for lot in batched(enumerate(mails.mails(count)), LOT):
            began = time.perf_counter()
            receive_all([Delivery(raw, f"bench:{number}", mailbox) for number, raw in lot])
            while process_pending():
                pass
            times += [(time.perf_counter() - began) * 1000 / len(lot)] * len(lot)
            size += sum(len(raw) for _number, raw in lot)
            early = early or (rss_mb() if len(times) >= count // 10 else 0)
        drain(1_000_000)
    opened, expected = Case.objects.count(), mails.threads_expected(count)
    spent = round(window.cpu * 1000 / count, 2)
    return {
        "calib_ms": round((before + calibration_ms()) / 2, 1),
        "cases": opened,
        "rounds": 1,
        **spread(times),
        "cpu_ms": spent,
        "bytes": size,
        "mails": count,
        "mails_per_s": round(count / window.seconds, 1),
        "cpu_ms_per_mail": spent,
        "rss_mb_early": early,
        "rss_mb": rss_mb(),
        "cases_opened": opened,
        "expected": expected,
        "ok": opened == expected,
    }
