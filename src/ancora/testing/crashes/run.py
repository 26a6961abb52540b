"""One run along the road, with a worker that is killed at one point, and the count at the end."""

import signal
import time
from dataclasses import dataclass, field
from email import message_from_bytes
from multiprocessing.process import BaseProcess
from pathlib import Path

import psycopg

from ancora.conversations.channels.email.tests.smtp_peer import SmtpPeer
from ancora.testing.crashes import hands, road
from ancora.testing.crashes.borders import Point, points_in
from ancora.testing.crashes.durability import inodes, not_durable
from ancora.testing.crashes.road import BILLING, SUPPORT, Place
from ancora.testing.crashes.stage import PATIENCE, Stage, ask_child, log_of, start, until
from ancora.testing.ledger import offenders

# Nothing left to do, once so many arrivals and outgoing messages are there.
A_MINUTE = 5
_CALM = """
SELECT (SELECT count(*) FROM conversations_arrival) >= %s AND (SELECT count(*) FROM conversations_outgoing) >= %s
AND NOT EXISTS (SELECT 1 FROM conversations_arrival WHERE state = 'pending')
AND NOT EXISTS (SELECT 1 FROM conversations_outgoing WHERE state IN ('queued', 'sending'))
AND NOT EXISTS (SELECT 1 FROM event_delivery)
AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs WHERE status = 'doing'
                OR (status = 'todo' AND coalesce(scheduled_at, '-infinity') <= now()))
"""
_UNKNOWN = """
SELECT o.id, m.message_id, (SELECT r.address FROM conversations_recipient r WHERE r.outgoing_id = o.id
                            ORDER BY r.id LIMIT 1)
FROM conversations_outgoing o JOIN conversations_message m ON m.id = o.message_id WHERE o.state = 'unknown'
"""
# What rescues comes each minute, and believes a worker dead after half of one: here it is made to pass.
_A_MINUTE_PASSES = (
    "UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 minute' WHERE id = ANY(%(dead)s)",
    "UPDATE procrastinate_jobs SET scheduled_at = scheduled_at - interval '1 minute' WHERE status = 'todo'",
    "UPDATE conversations_outgoing SET next_at = next_at - interval '1 minute' WHERE state IN ('queued', 'sending')",
    "UPDATE event_delivery SET next_at = next_at - interval '1 minute'",
    "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
    " VALUES ('default', 'ancora.conversations.jobs.rescue_stuck', '{\"timestamp\": 0}')",
)
# A job that runs again is found by the next look, which comes every few seconds.
_LOOK = """SELECT pg_notify('procrastinate_any_queue_v1', '{"type": "job_inserted", "job_id": 0}')"""


@dataclass(slots=True)
class Outcome:
    """What a run left. `points` are those the (first) worker passed; `was_killed` is False when the road never came
    to the victim."""

    victim: Point | None
    was_killed: bool = False
    points: list[Point] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unknown: int = 0
    unexplained: list[str] = field(default_factory=list)
    seconds: float = 0.0
    log: str = ""

    @property
    def is_right(self) -> bool:
        return not (self.lost or self.doubled or self.unexplained)


def go(stage: Stage, number: int, victim: Point | None = None, *, is_pair: bool = False) -> Outcome:
    """Go the road once. With `is_pair` another worker works beside the one to be killed, and no fresh one comes."""
    began, outcome, peer = time.monotonic(), Outcome(victim), SmtpPeer()
    try:
        with stage.place(number, peer.port) as place, psycopg.connect(place.dsn, autocommit=True) as link:
            run = _Run(stage, place, peer, link, outcome)
            try:
                run.play(victim, is_pair)
            finally:
                run.end()
            run.settle()
            run.count()
            outcome.log = "" if outcome.is_right else log_of(place)
    finally:
        peer.close()
    outcome.seconds = time.monotonic() - began
    return outcome


class _Run:
    def __init__(self, stage: Stage, place: Place, peer: SmtpPeer, link: psycopg.Connection, outcome: Outcome) -> None:
        self.stage, self.place, self.peer, self.link, self.outcome = stage, place, peer, link, outcome
        self.files = Path(place.home) / "files"
        self.given = inodes(self.files)
        self.journals: list[Path] = []
        self.workers: list[BaseProcess] = []
        self.living = 0
        self.dead: list[int] = []

    def play(self, victim: Point | None, is_pair: bool) -> None:
        if is_pair:
            self._start()
            until(lambda: self._ask("SELECT max(id) FROM procrastinate_workers")[0][0])
            self.living = self._ask("SELECT max(id) FROM procrastinate_workers")[0][0]
        self.victim = self._start(victim)
        if self._until_calm(arrivals=7, outgoing=1):
            self._second_act()
            self._until_calm(arrivals=8, outgoing=2)

    def end(self) -> None:
        """Workers end as `ancora work` does; the victim may be killed even now, and another ends what it left."""
        self._stop()
        self.outcome.points = points_in(self.journals[1 if self.living else 0])
        if self.victim.exitcode == -signal.SIGKILL and not self.outcome.was_killed:
            # In its last moments: another that may have been there has ended too.
            self.living = 0
            self._bury()
            self._until_calm(arrivals=8, outgoing=2)
            self._stop()

    def settle(self) -> None:
        """Evidence comes for what is unknown: an answer where it was sent, a person's second try where not."""
        unknown = self._ask(_UNKNOWN)
        self.outcome.unknown = len(unknown)
        if not unknown:
            return
        for outgoing, message_id, recipient in unknown:
            if self._transactions(message_id):
                proof = road.proof(message_id, recipient, SUPPORT)
                self.stage.postfix.send(proof, to=self.place.at_server(SUPPORT), sender=recipient)
            else:
                ask_child(hands.send_again, self.place, outgoing)
        self._start()
        self._until_calm(arrivals=8, outgoing=2)
        until(lambda: not self._ask(_UNKNOWN))
        self._until_calm(arrivals=8, outgoing=2)
        self._stop()

    def count(self) -> None:
        outcome = self.outcome
        outcome.unexplained += offenders(self._ask)
        self._count_mails()
        self._count_answers()
        self._count_files()
        for what, sql, right in (
            ("cases", "SELECT count(*) FROM cases_case", road.CASES),
            ("attachments", "SELECT count(*) FROM conversations_attachment", road.ATTACHMENTS),
            ("sessions left behind", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
             " (SELECT oid FROM pg_database WHERE datname = current_database())", 0),
        ):  # fmt: skip
            if (found := self._ask(sql)[0][0]) != right:
                outcome.unexplained.append(f"{what}: {found} instead of {right}")

    def _start(self, victim: Point | None = None) -> BaseProcess:
        journal = Path(self.place.home) / f"process-{len(self.journals)}"
        self.journals.append(journal)
        worker = start(hands.work, self.place, str(journal), victim)
        self.workers.append(worker)
        return worker

    def _stop(self) -> None:
        for worker in self.workers:
            if worker.is_alive():
                worker.terminate()
        for worker in self.workers:
            worker.join(PATIENCE)
            if worker.exitcode not in (0, -signal.SIGKILL):
                self.outcome.unexplained.append(f"a worker ended with {worker.exitcode}")
                worker.kill()
        self.workers = []

    def _until_calm(self, *, arrivals: int, outgoing: int) -> bool:
        """Whether the act ends; the victim's death is seen on the way, and time passes after it."""
        began = minute = time.monotonic()
        while not self._ask(_CALM, arrivals, outgoing)[0][0]:
            if self.victim.exitcode is not None and not self.outcome.was_killed:
                self._bury()
                minute = time.monotonic()
            if self.outcome.was_killed:
                self.link.execute(_LOOK)
                if time.monotonic() - minute > A_MINUTE:
                    self._pass_a_minute()
                    minute = time.monotonic()
            if time.monotonic() - began > PATIENCE:
                self.outcome.unexplained.append("the road has no end")
                return False
            time.sleep(0.03)
        return True

    def _bury(self) -> None:
        """The victim is dead: what its rows name must last, and whoever is left goes on."""
        self.outcome.was_killed = True
        self._require_durable("at its death")
        self.dead = [pk for (pk,) in self._ask("SELECT id FROM procrastinate_workers WHERE id <> %s", self.living)]
        if not self.living:
            self._start()
        self._pass_a_minute()

    def _pass_a_minute(self) -> None:
        for sql in _A_MINUTE_PASSES:
            self.link.execute(sql, {"dead": self.dead} if "%(" in sql else None)

    def _second_act(self) -> None:
        answer = road.answer(self.stage.reply_to)
        self.stage.postfix.send(answer, to=self.place.at_server(SUPPORT), sender=road.CARLA)
        self.journals.append(Path(self.place.home) / "agent")
        ask_child(hands.answer_the_question, self.place, str(self.journals[-1]))

    def _count_mails(self) -> None:
        rows = self._ask("SELECT message_id, count(*) FROM conversations_message WHERE direction = 'in' GROUP BY 1")
        messages = {name.partition("@")[0]: count for name, count in rows}
        for name in road.ARRIVED:
            if messages.get(name, 0) < 1:
                self.outcome.lost.append(f"mail {name}")
            elif messages[name] > 1:
                self.outcome.doubled.append(f"mail {name}")
        for name in set(messages) - set(road.ARRIVED):
            if not name.startswith("proof-"):
                self.outcome.unexplained.append(f"a message {name}")
        pending = self._ask("SELECT count(*) FROM conversations_arrival WHERE state <> 'done'")[0][0]
        arrived = self._ask("SELECT count(*) FROM conversations_arrival")[0][0]
        wanted = sum(road.ARRIVED.values())
        if pending or not wanted <= arrived <= wanted + self.outcome.unknown:
            self.outcome.unexplained.append(f"{arrived} arrivals instead of {wanted}, {pending} not read")

    def _count_answers(self) -> None:
        rows = self._ask(
            "SELECT o.state, m.message_id, f.digest FROM conversations_outgoing o"
            " JOIN conversations_message m ON m.id = o.message_id JOIN file f ON f.id = o.file_id"
        )
        if len(rows) != road.OUTGOING:
            self.outcome.unexplained.append(f"{len(rows)} answers instead of {road.OUTGOING}")
        for state, message_id, _digest in rows:
            times = self._transactions(message_id)
            if times > 1:
                self.outcome.doubled.append(f"answer {message_id}, {times} times")
            elif times == 0:
                self.outcome.lost.append(f"answer {message_id}, {state}")
            elif state not in ("accepted", "delivered"):
                self.outcome.unexplained.append(f"answer {message_id} was sent and is {state}")

    def _transactions(self, message_id: str) -> int:
        """How often servers took this message: the counting peer, or postfix for the first of two recipients."""
        taken = sum(_names(text, message_id) for _recipients, text in self.peer.taken)
        inbox = self.stage.dovecot.maildir(self.place.at_server("dario@customer.example"))
        until(lambda: list(inbox.glob("new/*")), 5 if self._is_by_postfix(message_id) and not taken else 0)
        return taken + sum(_names(path.read_bytes(), message_id) for path in inbox.glob("*/*") if path.is_file())

    def _is_by_postfix(self, message_id: str) -> bool:
        sql = (
            "SELECT 1 FROM conversations_outgoing o JOIN conversations_message m ON m.id = o.message_id"
            " JOIN conversations_mailbox b ON b.id = o.mailbox_id WHERE m.message_id = %s AND b.address = %s"
        )
        return bool(self._ask(sql, message_id, BILLING))

    def _count_files(self) -> None:
        self._require_durable("at the end")
        ask_child(hands.a_night_passes, self.place)
        for path in self.files.rglob(".new-*"):
            self.outcome.unexplained.append(f"a file half written: {path.name}")

    def _require_durable(self, when: str) -> None:
        digests = [digest for (digest,) in self._ask("SELECT digest FROM file")]
        journals = [path.with_suffix(".durable") for path in self.journals]
        if gone := not_durable(self.files, digests, journals, self.given):
            self.outcome.lost.append(f"{len(gone)} files in a power cut {when}")

    def _ask(self, sql: str, *parameters) -> list[tuple]:
        return self.link.execute(sql, parameters or None).fetchall()


def _names(raw: bytes, message_id: str) -> bool:
    return message_from_bytes(raw)["Message-ID"] == f"<{message_id}>"
