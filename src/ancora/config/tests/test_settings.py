import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from ancora.config import checks, environment
from ancora.conversations.channels.email.listening.doors import Door, Rules, networks

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
        (checks.doors, {"doors": ()}, []),
        (checks.doors, {"doors": (Door.read("smtp", "127.0.0.1:2525"), Door.read("lmtp", "unix:/run/a"))}, []),
        (checks.doors, {"doors": (Door.read("smtp", "0.0.0.0:2525"),)}, ["ancora.W014"]),
        (checks.doors, {"trusted": networks("10.0.0.0/8 ::/0")}, ["ancora.W015"]),
        (checks.certificate, {}, []),
        (checks.certificate, {"certificate": Path(__file__)}, ["ancora.E016"]),
        (checks.certificate, {"certificate": Path(__file__), "certificate_key": Path("/nowhere")}, ["ancora.E017"]),
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
        (
            "ANCORA_SMTP_LISTEN",
            "mail.example.com:25",
            "ANCORA_SMTP_LISTEN is 'mail.example.com:25': 'mail.example.com' is",
        ),
        ("ANCORA_SMTP_LISTEN", "127.0.0.1", "it has no port"),
        ("ANCORA_LMTP_LISTEN", "unix:lmtp", "after unix: the whole path"),
        ("ANCORA_MAIL_TRUSTED", "10.0.0.0/8 everybody", "ANCORA_MAIL_TRUSTED holds everybody, which is no network"),
        ("ANCORA_MAIL_MEGABYTES", "51", "write a whole number from 1 to 50"),
        ("ANCORA_KEY_FILE", "/nowhere", "ANCORA_KEY_FILE names /nowhere, which cannot be read"),
    ],
)
def test_setting_that_cannot_be_used_is_refused_when_it_is_read(name, value, said, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(environment.BadSetting, match=re.escape(said)):
        environment.read()


def test_listener_is_on_where_the_environment_says_and_trusts_this_machine_alone(monkeypatch):
    assert environment.read().doors == ()
    monkeypatch.setenv("ANCORA_SMTP_LISTEN", "[::1]:2525")
    monkeypatch.setenv("ANCORA_LMTP_LISTEN", "unix:/run/ancora/lmtp")
    found = environment.read()
    assert [(door.kind, str(door)) for door in found.doors] == [
        ("smtp", "[::1]:2525"),
        ("lmtp", "unix:/run/ancora/lmtp"),
    ]
    rules = Rules(found.trusted, found.largest_mail)
    peers = {
        ("127.0.0.9", 1): True,
        ("::1", 1, 0, 0): True,
        ("::ffff:127.0.0.1", 1): True,
        ("10.0.0.1", 1): False,
        "": True,
    }
    assert {peer: rules.trusts(peer) for peer in peers} == peers


def test_port_that_only_root_may_open_is_found(monkeypatch):
    monkeypatch.setattr(checks.os, "geteuid", lambda: 1000)
    doors = (Door.read("smtp", "127.0.0.1:25"),)
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(settings.ENVIRONMENT, doors=doors))
    assert [message.id for message in checks.doors(None)] == ["ancora.E013"]


def test_database_is_checked_for_its_version_and_encoding(db):
    assert checks.database(None, databases=["default"]) == []


def test_home_that_cannot_be_made_is_refused_in_plain_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(environment.BadSetting, match="cannot be made: Not a directory"):
        environment.read(tmp_path / "file" / "home")
