"""What the doctor asks of the database, subject by subject."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from ancora.config.operations.finding import Finding, age, good, note, wrong
from ancora.platform.events.queries import failed_deliveries
from ancora.platform.jobs.queries import ALIVE_SECONDS, failed_jobs, worker_seen_seconds

CLOCK_SECONDS = 5


def database() -> Iterator[Finding]:
    from django.db import connection

    from ancora.config import schema

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        size = cursor.fetchone()[0]
    major, minor = divmod(connection.pg_version, 10000)
    words = f"PostgreSQL {major}.{minor}, {size / 1e6:.0f} MB"
    if newer := schema.unknown():
        advice = "Install that version again, or restore a backup made by this one."
        yield wrong("Database", f"{words}, but made by a newer Ancora (it has {newer[0]})", advice)
    elif missing := schema.pending():
        yield wrong("Database", f"{words}, {len(missing)} changes behind this version", "Run: ancora upgrade")
    else:
        yield good("Database", f"{words}, in the form of this version")


def key() -> Iterator[Finding]:
    from ancora.config.operations.secrets import key_words, unreadable_secrets

    where = _where_the_key_is()
    if unreadable := unreadable_secrets():
        fields = ", ".join(f"{field} ({count})" for field, count in unreadable)
        yield wrong("Key", f"{where}: it does not open {fields}", key_words())
    else:
        yield good("Key", f"{where}; keep a copy in another place, it is in no backup")


def clock() -> Iterator[Finding]:
    from django.db import connection

    with connection.cursor() as cursor:
        before = time.time()
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp()),"
            " (SELECT extract(epoch FROM max(recorded_at) - clock_timestamp()) FROM event)"
        )
        there, ahead = cursor.fetchone()
    apart = abs(float(there) - (before + time.time()) / 2)
    advice = "Let both machines follow the same time server (chrony or systemd-timesyncd)."
    if apart > CLOCK_SECONDS:
        yield wrong("Clock", f"this machine and the database are {age(apart)} apart", advice)
    elif ahead is not None and ahead > CLOCK_SECONDS:
        yield wrong("Clock", f"the newest event is {age(float(ahead))} in the future: the clock was set back", advice)
    else:
        yield good("Clock", "agrees with the database")


def organisation() -> Iterator[Finding]:
    from ancora.platform.accounts.queries import current_organisation

    found = current_organisation()
    if found.set_up_at is None:
        yield note("Organisation", "not set up yet", "Run: ancora setup, or open the page that ancora run prints.")
    elif not found.public_address:
        advice = "Write it in the settings of the organisation: links in mails start with it."
        yield note("Organisation", f"{found.name}, without a public address", advice)
    else:
        yield good("Organisation", f"{found.name} at {found.public_address}")


def worker() -> Iterator[Finding]:
    from ancora.platform.accounts.queries import is_set_up

    advice = "Start it with: ancora run (web and worker), or ancora work (the worker alone)."
    make = wrong if is_set_up() else note
    seconds = worker_seen_seconds()
    if seconds is None:
        yield make("Worker", "none is running: no mail is fetched or sent", advice)
    elif seconds > ALIVE_SECONDS:
        yield make("Worker", f"last seen {age(seconds)} ago: no mail is fetched or sent", advice)
    else:
        yield good("Worker", f"seen {age(seconds)} ago")


def mailboxes() -> Iterator[Finding]:
    from ancora.conversations.health import hook_states, listener_states, mailbox_states

    states = mailbox_states()
    for state in states:
        yield _mailbox(state)
    if not states and not listener_states() and not hook_states():
        yield note("Mailboxes", "none is fetched", "Connect one in the settings, or with: ancora setup")


def _mailbox(state) -> Finding:
    subject = f"Mailbox {state.name}"
    fetched = "not fetched yet" if state.last_fetch_seconds is None else f"fetched {age(state.last_fetch_seconds)} ago"
    if state.is_sending_paused:
        fetched += ", sending is paused"
    if state.state == "paused":
        return note(subject, f"{fetched}; fetching is paused", "An administrator resumes it on its page.")
    if state.state == "unconnected":
        return wrong(subject, "nobody has given the permission yet", "Connect it on its page in the settings.")
    if state.state == "consent":
        return wrong(subject, f"{fetched}; the permission is gone", "Connect it again on its page in the settings.")
    if state.error:
        make = wrong if state.is_late else note
        return make(subject, f"{fetched}; then: {state.error}", "Its settings page has a test that says what is wrong.")
    if state.is_late:
        return wrong(subject, fetched, "See that the worker runs, then try the mailbox on its settings page.")
    return (
        note(subject, fetched, "Answers wait until it is resumed.")
        if state.is_sending_paused
        else good(subject, fetched)
    )


def doors() -> Iterator[Finding]:
    from ancora.conversations.health import hook_states, listener_states

    for state in listener_states():
        subject = f"Listening for {state.kind.upper()}"
        if state.error:
            yield wrong(
                subject, f"{state.address}: {state.error}", "Choose another address, or end what listens there."
            )
        elif state.is_off:
            yield wrong(subject, f"{state.address}: nobody listens there", "See that the worker runs.")
        else:
            yield good(subject, state.address)
    for state in hook_states():
        if state.refusal:
            yield wrong(
                f"Mail provider {state.name}", state.refusal, "Its settings page has a test that says what is wrong."
            )
        else:
            yield good(f"Mail provider {state.name}", "nothing was refused lately")


def alerts() -> Iterator[Finding]:
    """What administrators were told of and is not over; fetching has been said with its mailbox."""
    from ancora.conversations.alerts import open_alerts

    for alert in open_alerts():
        if alert.kind == "sending":
            yield wrong(
                f"Mailbox {alert.mailbox.name}", "its answers do not leave", "Its page says what the server answers."
            )


def mail() -> Iterator[Finding]:
    from ancora.conversations.health import quarantined, stuck

    count, waiting = quarantined(), stuck()
    if count:
        yield wrong(
            "Quarantine", f"{count} mails could not be read", "Look at them in the settings, and try them again."
        )
    else:
        yield good("Quarantine", "empty")
    if waiting.arrivals:
        yield wrong("Arrivals", f"{waiting.arrivals} wait to be read", "See that the worker runs, and look at its log.")
    if waiting.outgoing:
        advice = "See that the worker runs; the message in its case says what the mail server answered."
        yield wrong("Outgoing mail", f"{waiting.outgoing} messages should have left", advice)
    if waiting.unknown:
        advice = "Nobody knows whether they were sent. Look at each in its case, and send it again if need be."
        yield note("Outgoing mail", f"{waiting.unknown} messages are of unknown fate", advice)
    if not waiting.outgoing and not waiting.unknown:
        yield good("Outgoing mail", "nothing is stuck")


def events() -> Iterator[Finding]:
    if count := failed_deliveries():
        advice = "They are tried again by themselves. If the number stays, look for “Subscriber” in the worker's log."
        yield wrong("Events", f"{count} could not be delivered", advice)
    else:
        yield good("Events", "all are delivered")


def jobs() -> Iterator[Finding]:
    failed = failed_jobs()
    if failed.count:
        advice = "The worker's log says why; what they were to do is done by the next one of their kind."
        yield note("Jobs", f"{failed.count} failed in the last 7 days, the newest was {failed.newest}", advice)
    else:
        yield good("Jobs", "none failed in the last 7 days")


ALL = [
    ("Database", database),
    ("Key", key),
    ("Clock", clock),
    ("Organisation", organisation),
    ("Worker", worker),
    ("Mailboxes", mailboxes),
    ("Doors", doors),
    ("Alerts", alerts),
    ("Mail", mail),
    ("Events", events),
    ("Jobs", jobs),
]


def _where_the_key_is() -> str:
    from django.conf import settings

    if os.environ.get("ANCORA_KEY_FILE"):
        return os.environ["ANCORA_KEY_FILE"]
    return "from ANCORA_KEY" if os.environ.get("ANCORA_KEY") else str(Path(settings.ANCORA_HOME) / "key")
