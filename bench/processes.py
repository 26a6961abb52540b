"""CPU seconds and memory of whole process trees, from /proc."""

import os
import statistics
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


class Window:
    """`with Window(roots) as window:` then `.seconds` and `.cpu` (CPU seconds of those trees meanwhile)."""

    def __init__(self, roots: list[int]):
        self._roots = roots

    def __enter__(self) -> "Window":
        self._start, self._before = time.perf_counter(), cpu(self._roots)
        return self

    def __exit__(self, *exception: object) -> None:
        self.seconds = time.perf_counter() - self._start
        self.cpu = cpu(self._roots) - self._before


def cpu(roots: list[int]) -> float:
    """User and system seconds of the trees below `roots`, with those of ended children."""
    return sum(_times(pid)[1] for pid in tree(roots))


def pss_mb(roots: list[int]) -> int:
    """Proportional set size of the trees below `roots` in MiB: shared pages are counted once."""
    total = 0
    for pid in tree(roots):
        try:
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        except OSError:
            continue
    return round(total / 1024)


def peak_rss_mb(pid: int) -> int:
    """The most memory that one process ever held, in MiB; 0 when it is gone."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024)
    except OSError:
        pass
    return 0


def tree(roots: list[int]) -> set[int]:
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        children.setdefault(_times(int(name))[0], []).append(int(name))
    found, waiting = set(), list(roots)
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found.add(pid)
            waiting += children.get(pid, [])
    return found


def rss_mb() -> int:
    """Resident memory of this process in MiB."""
    return round(int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20)


def postmaster(server) -> list[int]:
    """The root of the database's processes (its parent only watches it)."""
    return [int((server.place.data / "postmaster.pid").read_text().split("\n")[0])] if server else []


def spread(times: list[float]) -> dict[str, float]:
    times = sorted(times)
    return {"median_ms": round(statistics.median(times), 2), "p95_ms": round(times[int(len(times) * 0.95)], 2)}


def calibration_ms() -> float:
    """CPU ms of a fixed loop: it rises when neighbours compete for the machine."""
    start = time.process_time()
    sum(number * number for number in range(600_000))
    return round((time.process_time() - start) * 1000, 1)


def _times(pid: int) -> tuple[int, float]:
    """(parent, CPU seconds) of a process; nothing of one that is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0, 0.0
    fields = stat[stat.rindex(")") + 2 :].split()
    return int(fields[1]), sum(map(int, fields[11:15])) / TICKS
