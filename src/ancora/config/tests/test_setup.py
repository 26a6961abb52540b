import sys

import psycopg
import pytest

ORGANISATION = [
    "--organisation", "Bar Centrale", "--name", "Anna Ferri", "--email", "anna@example.com",
    "--language", "it", "--time-zone", "Europe/Rome",
]  # fmt: skip
MAILBOX = ["--mailbox", "help@example.com", "--imap-host", "127.0.0.1", "--smtp-host", "127.0.0.1"]
NOBODY = ["--imap-port", "1", "--imap-security", "none", "--smtp-port", "1", "--smtp-security", "none"]


@pytest.fixture
def secret(tmp_path):
    """A file with a password, as an operator's secret store gives it."""
    path = tmp_path / "password"
    path.write_text("a good long secret 77\n")
    return path


def test_options_alone_set_up_an_organisation_with_a_mailbox(ancora_command, address, secret):
    options = [*ORGANISATION, "--password-file", secret, *MAILBOX, "--imap-password-file", secret]
    done = ancora_command("setup", *options, "--no-trial", "--no-input", database=address)
    assert done.returncode == 0, done.stderr
    from ancora.cases.models import Outcome
    from ancora.conversations.models import Mailbox
    from ancora.platform.accounts.models import Organisation, User

    assert Organisation.objects.get().name == "Bar Centrale"
    assert User.objects.get().check_password("a good long secret 77")
    assert User.objects.get().is_administrator
    assert Outcome.objects.exists()
    mailbox = Mailbox.objects.get()
    assert (mailbox.imap_user, mailbox.smtp_password) == ("help@example.com", "a good long secret 77")
    assert mailbox.old_mail == "ignore"


def test_mailbox_that_does_not_work_is_not_kept_and_each_step_says_why(ancora_command, address, secret):
    options = [*ORGANISATION, "--password-file", secret, *MAILBOX, *NOBODY, "--imap-password-file", secret]
    done = ancora_command("setup", *options, "--no-input", database=address)
    assert done.returncode == 1
    assert "✗ Signing in to fetch: 127.0.0.1 refuses connections on port 1." in done.stdout
    assert "The mailbox was not kept" in done.stdout
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM conversations_mailbox").fetchone() == (0,)
    again = ancora_command("setup", *options, "--no-trial", "--no-input", database=address)
    assert "Bar Centrale is set up already." in again.stdout
    assert again.returncode == 0


def test_what_is_missing_is_named_with_its_option(ancora_command, address):
    done = ancora_command("setup", "--no-input", database=address)
    assert done.returncode == 1
    for option in ("--organisation", "--name", "--email", "--password-file"):
        assert option in done.stderr
    assert "Traceback" not in done.stderr


def test_answers_may_be_typed_and_a_wrong_one_is_asked_again(ancora_command, address):
    typed = ["Bar Centrale", "xx", "", "Anna", "anna@example.com", "short", "en", "a good long secret 77", "n", "y"]
    done = ancora_command("setup", database=address, input="\n".join(typed) + "\n")
    assert done.returncode == 0, done.stderr
    assert "too short" in done.stdout
    assert "Sign in as anna@example.com." in done.stdout
    assert "5 example cases are in." in done.stdout
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT count(*) FROM cases_case WHERE is_example").fetchone() == (5,)


def test_examples_are_put_in_only_where_they_are_asked_for_and_once(ancora_command, address, secret):
    options = [*ORGANISATION, "--password-file", secret, "--no-mailbox", "--no-input"]
    counts = []
    for more in ([], ["--examples"], ["--examples"]):
        assert ancora_command("setup", *options, *more, database=address).returncode == 0
        with psycopg.connect(address) as connection:
            counts += connection.execute("SELECT count(*) FROM cases_case").fetchone()
    assert counts == [0, 5, 5]


def test_nobody_at_the_terminal_is_told_of_the_options(ancora_command, address):
    done = ancora_command("setup", database=address, input="")
    assert done.returncode == 1
    assert "--no-input" in done.stderr


def test_commands_end_with_one_line_when_the_database_is_away(ancora_command):
    for command in ("upgrade", "backup", "setup", "serve", "work", "run"):
        done = ancora_command(command, database="postgres://nobody@127.0.0.1:1/none")
        assert done.returncode == 1
        assert done.stderr.startswith("The database at 127.0.0.1:1 does not answer"), (sys.argv, done.stderr)
        assert len(done.stderr.splitlines()) == 1
