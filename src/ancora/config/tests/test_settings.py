import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from ancora.config import checks, environment

ROOT = Path(__file__).parents[4]


def read_variables() -> set[str]:
    """Every variable that the code of the settings names, with its form for files where it is a secret."""
    source = Path(environment.__file__).read_text()
    names = set(re.findall(r'"(ANCORA_[A-Z_]+|DATABASE_URL)"', source))
    return names | {f"{name}_FILE" for name in re.findall(r'_secret\("([A-Z_]+)"\)', source)}


def test_every_setting_has_a_paragraph_in_the_reference():
    text = (ROOT / "docs" / "settings.md").read_text()
    described = set(re.findall(r"^### `([A-Z_]+)`", text, re.MULTILINE))
    described |= set(re.findall(r"^### `[A-Z_]+`, `([A-Z_]+)`", text, re.MULTILINE))
    assert read_variables() - described == set()


def test_every_check_is_named_in_the_reference():
    text = (ROOT / "docs" / "settings.md").read_text()
    ids = set(re.findall(r'id="(ancora\.[EW]\d+)"', Path(checks.__file__).read_text()))
    assert ids - set(re.findall(r"`(ancora\.[EW]\d+)`", text)) == set()


@pytest.mark.parametrize(
    ("check", "changed", "found"),
    [
        (checks.key, {"key": "short"}, ["ancora.E002"]),
        (checks.bind, {"bind": "127.0.0.1"}, []),
        (checks.bind, {"bind": "::1"}, []),
        (checks.bind, {"bind": "0.0.0.0"}, ["ancora.W005"]),
        (checks.bind, {"bind": "help.example.com"}, ["ancora.E004"]),
        (checks.port, {"port": 8000}, []),
        (checks.hosts, {"hosts": ("help.example.com", "intranet", "192.168.1.7")}, []),
        (checks.hosts, {"hosts": ("https://help.example.com", "*", "a:80")}, ["ancora.E007"] * 3),
        (checks.debug, {"debug": True}, ["ancora.W008"]),
        (checks.debug, {"debug": False}, []),
        (checks.log_level, {"log_level": "DEBUG"}, ["ancora.W009"]),
        (checks.home, {"home": Path("/nowhere/at/all")}, ["ancora.E001"]),
    ],
)
def test_setting_that_should_not_be_is_found_with_a_hint(check, changed, found, monkeypatch):
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, **changed))
    messages = check(None)
    assert [message.id for message in messages] == found
    assert all(message.hint for message in messages)


def test_key_that_others_can_read_is_found(tmp_path, monkeypatch):
    monkeypatch.delenv("ANCORA_KEY")
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, home=tmp_path))
    (tmp_path / "key").write_text("k" * 40)
    (tmp_path / "key").chmod(0o644)
    assert [message.id for message in checks.key(None)] == ["ancora.W003"]
    (tmp_path / "key").chmod(0o600)
    assert checks.key(None) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ANCORA_PORT", "eighty", "ANCORA_PORT is 'eighty'; write a whole number from 0 to 65535."),
        ("ANCORA_DEBUG", "yes", "ANCORA_DEBUG is 'yes'; write one of: 0, 1."),
        ("ANCORA_LOG_FORMAT", "xml", "ANCORA_LOG_FORMAT is 'xml'; write one of: text, json."),
        ("ANCORA_KEY_FILE", "/nowhere", "ANCORA_KEY_FILE names /nowhere, which cannot be read"),
    ],
)
def test_setting_that_cannot_be_used_is_refused_when_it_is_read(name, value, said, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(environment.BadSetting, match=re.escape(said)):
        environment.read()


def test_database_is_checked_for_its_version_and_encoding(db):
    assert checks.database(None, databases=["default"]) == []


def test_home_that_cannot_be_made_is_refused_in_plain_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(environment.BadSetting, match="cannot be made: Not a directory"):
        environment.read(tmp_path / "file" / "home")
