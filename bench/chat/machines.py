"""The processes under load: two web servers and a worker, each killed and started again at its place."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.chat.wire import AWAY, ask
from bench.installation import free_port
from bench.processes import cpu, postmaster, pss_mb

WEBS = ("web-a", "web-b")
WORKER = "worker"
PATIENCE = 90


@dataclass(slots=True)
class Machine:
    """`down`: since when and until when it was not there; the last one may be open."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    port: int = 0
    process: subprocess.Popen | None = None
    down: list[list[float]] = field(default_factory=list)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=log, stderr=log)

    async def answers(self) -> None:
        """Returns as soon as it does."""
        deadline = time.monotonic() + PATIENCE
        while self.port and time.monotonic() < deadline:
            try:
                if (await ask(self.port, "GET", "/healthz", {})).status == 200:
                    return
            except AWAY:
                pass
            if self.process.poll() is not None:
                break
            await asyncio.sleep(0.02)
        if self.port:
            raise SystemExit(f"{self.name} did not start:\n{self.log.read_text()[-3000:]}")

    async def kill(self) -> None:
        """SIGKILL, and a new one at the same place; returns when it answers."""
        self.down.append([time.monotonic()])
        self.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait)
        self.start()
        await self.answers()
        self.down[-1].append(time.monotonic())

    def was_down(self, since: float, until: float) -> bool:
        return any(one[0] <= until and since <= (one[1] if len(one) > 1 else until) for one in self.down)

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class Machines:
    """All of them; `with` ends them."""

    def __init__(self, home: Path, server, database_url: str = "") -> None:
        self._server = server
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        python = [sys.executable, "-m", "ancora"]
        self.all = {}
        for name in WEBS:
            port = free_port()
            command = [*python, "serve", "--home", str(home), "--port", str(port)]
            self.all[name] = Machine(name, command, environment, home / f"{name}.log", port)
        command = [*python, "work", "--home", str(home)]
        self.all[WORKER] = Machine(WORKER, command, environment, home / f"{WORKER}.log")

    def __enter__(self) -> "Machines":
        return self

    def __exit__(self, *exception: object) -> None:
        for one in self.all.values():
            one.stop()

    async def start(self) -> None:
        for one in self.all.values():
            one.start()
        for one in self.all.values():
            await one.answers()

    def port(self, name: str) -> int:
        return self.all[name].port

    def cpu(self) -> dict[str, float]:
        """CPU seconds of those that run now, of the embedded database, and of ourselves."""
        spent = {name: cpu([one.process.pid]) for name, one in self.all.items()}
        return {**spent, "database": cpu(postmaster(self._server)), "clients": time.process_time()}

    def weigh(self) -> dict[str, int]:
        """MiB of each, and of the embedded database."""
        weights = {name: pss_mb([one.process.pid]) for name, one in self.all.items()}
        return {**weights, "database": pss_mb(postmaster(self._server))}
