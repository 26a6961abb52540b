import shutil

import pytest

from ancora.platform.tests.postgres_homes import new_home

SETUP = [
    "--organisation", "Bar Centrale", "--name", "Anna Ferri", "--email", "anna@example.com", "--language", "it",
    "--time-zone", "Europe/Rome", "--mailbox", "help@example.com", "--imap-host", "imap.example.com",
    "--smtp-host", "smtp.example.com", "--no-trial", "--no-input",
]  # fmt: skip


@pytest.fixture
def no_key_given(monkeypatch):
    """As on an operator's machine, each home has a key of its own."""
    monkeypatch.delenv("ANCORA_KEY")


def test_installation_moves_to_another_home_with_its_embedded_database(ancora_command, no_key_given, tmp_path):
    password = tmp_path / "password"
    password.write_text("a good long secret 77\n")
    words = [*SETUP, "--password-file", password, "--imap-password-file", password]
    with new_home() as old, new_home() as new:
        done = ancora_command("setup", *words, database=None, home=old)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("Preparing the database …\nBar Centrale is set up.")
        done = ancora_command("backup", "--to", tmp_path, database=None, home=old)
        assert done.returncode == 0, done.stderr
        assert f"it is {old}/key" in done.stdout
        (backup,) = tmp_path.glob("ancora-backup-*")
        done = ancora_command("restore", backup, database=None, home=new)
        assert done.returncode == 0, done.stderr
        assert "The key of this installation is not the one" in done.stdout
        shutil.copy(old / "key", new / "key")
        doctor = ancora_command("doctor", database=None, home=new)
        assert f"✓ Key: {new}/key" in doctor.stdout
        assert "! Organisation: Bar Centrale" in doctor.stdout
        assert "✓ Mailbox Bar Centrale" in doctor.stdout
