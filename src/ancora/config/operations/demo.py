"""Prepares the demo company once and serves it: web, worker and a small mail server, all on loopback."""

import fcntl
import json
import os
import shutil
import socket
import sys
from contextlib import contextmanager
from pathlib import Path

FIRST_PORT = 8000
FIRST_SMTP_PORT = 8025


def show(home: Path, *, port: int | None, reset: bool) -> int:
    """Serve the demo until it is stopped; plays the story first when it is new or `reset`."""
    from ancora.config.start import loaded

    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(home) as is_alone:
        if not is_alone:
            print(f"A demo with the data of {home} is running already. Stop it first, or use --home.", file=sys.stderr)
            return 1
        # The demo never touches a database of somebody else.
        for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
            os.environ.pop(name, None)
        if reset or not (home / "demo.json").exists():
            _empty(home)
        with loaded(home, need_schema=False):
            return _serve(home, port)


def _serve(home: Path, port: int | None) -> int:
    from ancora.config.commands.serve import serve
    from ancora.config.companion import Companion
    from ancora.config.operations.upgrade import prepare
    from ancora.demo.post import PostOffice
    from ancora.demo.website import be_found_at, open_chat

    prepare(quiet=True)
    # Held while the story is told: the mailboxes of it know the port.
    door = _held(FIRST_SMTP_PORT)
    smtp_port = door.getsockname()[1]
    state = _prepared(home, smtp_port)
    _point_mailboxes(smtp_port)
    open_chat()
    office = PostOffice(home, door)
    office.start()
    try:
        with Companion():
            page = _free(FIRST_PORT) if port is None else port
            be_found_at(page)
            command = "./ancora demo" if os.environ.get("ANCORA_ROOT") else "ancora demo"
            print(
                f"\n  Sign in as   {state['email']}\n  Password     {state['password']}\n"
                f"  Mail to      {state['address']} at localhost:{smtp_port}, or:\n"
                f'               {command} mail --from you@home.example --subject Hello --text "…"\n'
                f"  Sent mail    http://localhost:{page}/demo/mail/\n"
                f"  Website      http://localhost:{page}/demo/website/ (with the chat)\n",
                flush=True,
            )
            return serve(page)
    finally:
        office.stop()


def _prepared(home: Path, smtp_port: int) -> dict:
    """What `demo.json` holds; when it is not there the story is played first."""
    path = home / "demo.json"
    if path.exists():
        state = json.loads(path.read_text()) | {"smtp_port": smtp_port}
    else:
        from ancora.conversations.models import Mailbox
        from ancora.demo.play import PASSWORD, play
        from ancora.platform import clock

        person = play(clock.now(), smtp_port=smtp_port, progress=_show_progress)
        first = Mailbox.objects.order_by("id").first()
        state = {"email": person.email, "password": PASSWORD, "address": first.address, "smtp_port": smtp_port}
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(state))
    fresh.replace(path)
    return state


def _show_progress(done: int, every: int) -> None:
    if done % 20 == 0 or done == every:
        end = "\n" if done == every else ""
        print(f"\rTelling the story of the last 60 days … {done * 100 // every} %", end=end, flush=True)


def _point_mailboxes(smtp_port: int) -> None:
    from ancora.conversations.models import Mailbox

    Mailbox.objects.filter(smtp_host="127.0.0.1").exclude(smtp_port=smtp_port).update(smtp_port=smtp_port)


def _empty(home: Path) -> None:
    """Forget everything: tables and files. Half a story, left by an interrupted start, goes the same way."""
    from ancora.platform.database import Server

    (home / "demo.json").unlink(missing_ok=True)
    Server(home).erase()
    for folder in ("files", "sent-mail"):
        shutil.rmtree(home / folder, ignore_errors=True)


def _free(first: int) -> int:
    """The first free port from `first` on."""
    with _held(first) as probe:
        return probe.getsockname()[1]


def _held(first: int) -> socket.socket:
    """A socket that listens at the first free port from `first` on: nobody else gets it, nobody is answered yet."""
    for port in range(first, first + 50):
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
            door.listen()
        except OSError:
            door.close()
            continue
        return door
    raise SystemExit(f"No free port between {first} and {first + 49}. Give one with --port.")


@contextmanager
def _alone(home: Path):
    """True while no other demo runs on these data."""
    with open(home / "demo.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
