"""What `ancora bench chat` prints."""

import asyncio
import os
import sys
import time
from pathlib import Path

import uvloop
from django.db import connection, connections

from ancora.config.operations.assets import collect_assets
from bench.chat import wire
from bench.chat.ledger import Line, Screen, check
from bench.chat.load import BREATH, PATIENCE, Load
from bench.chat.machines import WEBS, Machines
from bench.chat.stage import Stage, kept_lines, undelivered
from bench.chat.words import as_said
from bench.processes import calibration_ms

MOST_WORDS = 20
# Of the findings: what must not be.
WRONG = ("lost", "unanswered", "doubled", "reordered", "foreign", "refused")
PREPARING = 600


def measure(
    home: Path,
    server,
    *,
    visitors: int,
    agents: int,
    rate: float,
    seconds: float,
    kill: bool,
    seed: int = 1,
    breath: float = BREATH,
    database_url: str = "",
) -> dict:
    """On a fresh, migrated database, embedded or at this address; what is wrong is told on standard error.
    `breath`: seconds between two kills in which everybody is there."""
    with Machines(home, server, database_url) as machines:
        # As on an installation that has run before.
        collect_assets()
        stage = Stage(visitors, agents, machines.port)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        # What filled the database is no part of what is measured.
        connections.close_all()
        connection.close_pool()
        load = Load(stage, machines, rate=rate, seconds=seconds, seed=seed, breath=breath)
        found = uvloop.run(_live(load, machines, kill=kill))
    for line in load.lines:
        line.text = as_said(line.text)
    findings = check(load.lines, kept_lines(), _screens(stage, load))
    for words in findings.words[:MOST_WORDS]:
        print(words, file=sys.stderr)
    heard = [line for line in load.lines if line.heard_at]
    cut = [line for line in heard if kill and _was_cut(line, machines)]
    calm = [line for line in heard if not (kill and _was_cut(line, machines))]
    wrong = {name: getattr(findings, name) for name in WRONG}
    return {
        "visitors": visitors,
        "agents": agents,
        "rate": rate,
        "seconds": seconds,
        **_spread(calm),
        **(_kills(load, cut) if kill else {}),
        "sent": findings.sent,
        "received": findings.received,
        **wrong,
        "held_up": sum(line.was_held_up for line in load.lines),
        "new_chats": len(load.newcomers),
        **found,
        "ok": not any(wrong.values()) and not found["undelivered"],
    }


async def _live(load: Load, machines: Machines, *, kill: bool) -> dict:
    before = calibration_ms()
    await machines.start()
    await _until_handed_over(PREPARING)
    await load.open()
    idle, spent, began = machines.weigh(), machines.cpu(), time.monotonic()
    await load.run(kill=kill)
    took = time.monotonic() - began
    cores = {name: round((now - spent[name]) / took, 2) for name, now in machines.cpu().items()}
    await _until_handed_over(PATIENCE)
    left, loads = await asyncio.to_thread(_left), os.getloadavg()
    await load.close()
    wire.leave()
    peak = {name: max(pss, idle[name]) for name, pss in load.peak.items()}
    return {
        "undelivered": left,
        "pss_mb": sum(peak[name] for name in WEBS),
        "idle_pss_mb": sum(idle[name] for name in WEBS),
        "worker_pss_mb": peak["worker"],
        "database_pss_mb": peak["database"],
        # Of those that were killed it is nothing.
        **({} if kill else {"cores": cores}),
        "load_average": round(loads[0], 1),
        "calib_ms": round((before + calibration_ms()) / 2, 1),
    }


async def _until_handed_over(patience: float) -> None:
    """The worker has done what there is to do, or is given up."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and await asyncio.to_thread(_left):
        await asyncio.sleep(0.2)


def _left() -> int:
    try:
        return undelivered()
    finally:
        connections.close_all()


def _screens(stage: Stage, load: Load) -> dict[tuple[str, int], Screen]:
    theirs = {(one.name, one.place): one.screen for one in (*stage.visitors, *load.newcomers)}
    return theirs | {(one.name, place): chat.screen for one in stage.agents for place, chat in one.chats.items()}


def _was_cut(line: Line, machines: Machines) -> bool:
    """Whether a process or the way of either end was away while it was on its way."""
    if line.was_held_up or not line.was_read:
        return True
    return any(machines.all[end].was_down(line.posted_at, line.heard_at) for end in line.ends)


def _spread(lines: list[Line]) -> dict:
    times = sorted((line.heard_at - line.posted_at) * 1000 for line in lines)
    if not times:
        return {"p50_ms": 0, "p95_ms": 0, "max_ms": 0}
    return {
        "p50_ms": round(times[len(times) // 2], 1),
        "p95_ms": round(times[int(len(times) * 0.95)], 1),
        "max_ms": round(times[-1], 1),
    }


def _kills(load: Load, cut: list[Line]) -> dict:
    return {
        "kills": len(load.kills),
        "recover_ms": _recovery(load),
        "cut": len(cut),
        "cut_p95_ms": _spread(cut)["p95_ms"],
    }


def _recovery(load: Load) -> int:
    """The longest, over all kills of a web process, until the first line said after it through it arrived."""
    worst = 0.0
    for name, at in load.kills:
        later = [line.heard_at for line in load.lines if name in line.ends and line.heard_at and line.posted_at > at]
        worst = max([worst, min(later) - at] if later else [worst])
    return round(worst * 1000)
