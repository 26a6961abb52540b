import subprocess
import sys

import psycopg

from ancora.config.tests.conftest import surroundings


def test_upgrade_of_a_new_database_goes_on_where_it_was_killed_and_then_changes_nothing(
    ancora_command, empty_database, tmp_path
):
    words = [sys.executable, "-m", "ancora", "upgrade"]
    environment = surroundings(tmp_path / "home", empty_database)
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, text=True)
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("  20 of"):
            break
    process.kill()
    process.communicate()
    total = int(lines[0].split()[2])
    assert total > 50
    assert line.startswith(f"  20 of {total}  ")
    # A database in which there is nothing is not backed up.
    assert not any("Backing up" in line for line in lines)
    again = ancora_command("upgrade", "--no-backup", database=empty_database)
    assert again.returncode == 0, again.stderr
    left = int(again.stdout.split()[2])
    assert left <= total - 20
    assert f"  {left} of {left}  " in again.stdout
    assert (tmp_path / "home" / "static" / "staticfiles.json").exists()
    assert ancora_command("doctor", "--json", database=empty_database).stdout.count("in the form of this version") == 1
    third = ancora_command("upgrade", database=empty_database)
    assert third.returncode == 0
    assert third.stdout == "The database is up to date.\n"


def test_upgrade_backs_up_what_is_there_before_it_changes_it(ancora_command, cast, address, tmp_path):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP TABLE django_session")
        connection.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    done = ancora_command("upgrade", database=address)
    assert done.returncode == 0, done.stderr
    assert "1 of 1  sessions.0001_initial" in done.stdout
    (backup,) = (tmp_path / "home" / "backups").glob("ancora-backup-*")
    assert (backup / "manifest.json").exists()


def test_upgrade_refuses_a_database_of_a_newer_version(ancora_command, address, tmp_path):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '9999_later', now())")
    for command in ("upgrade", "serve", "work"):
        done = ancora_command(command, database=address)
        assert done.returncode == 1
        assert "made by a newer Ancora (it has cases.9999_later). Nothing was changed." in done.stderr
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "home" / "backups").exists()


def test_change_that_fails_is_named_and_leaves_nothing_behind(ancora_command, address):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    done = ancora_command("upgrade", "--no-backup", database=address)
    assert done.returncode == 1
    assert "The change sessions.0001_initial could not be made" in done.stderr
    assert "Traceback" not in done.stderr


def test_web_server_refuses_an_old_database_and_says_what_to_do(ancora_command, cast, address):
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    done = ancora_command("serve", database=address)
    assert done.returncode == 1
    assert "Nothing was changed. Run: ancora upgrade" in done.stderr


def test_first_start_prepares_the_new_database_by_itself(empty_database, tmp_path):
    words = [sys.executable, "-m", "ancora", "run", "--port", "0"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(words, env=surroundings(tmp_path / "home", empty_database), **pipes)
    assert process.stdout.readline().startswith("Ancora is at http://localhost")
    assert "The setup code is" in process.stdout.readline()
    process.terminate()
    _, said = process.communicate(timeout=60)
    assert said.startswith("Preparing a new database …")
    assert "Traceback" not in said
