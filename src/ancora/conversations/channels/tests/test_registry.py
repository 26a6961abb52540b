"""Which channels there are: our folders, and what other packages bring."""

import sys

import pytest

from ancora.conversations import channels
from ancora.conversations.channels import NoSuchChannel, adapter_of, kinds, own_kinds

ENTRIES = """[ancora.channels]
acme = acme_channel:ADAPTER
broken = acme_channel:NOTHING
email = acme_channel:ADAPTER
"""


@pytest.fixture
def acme(tmp_path, monkeypatch):
    """An installed package with channels of its own."""
    (tmp_path / "acme_channel.py").write_text("class Acme:\n    kind = 'acme'\n\n\nADAPTER = Acme()\n")
    installed = tmp_path / "acme_channel-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-channel\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(ENTRIES)
    monkeypatch.syspath_prepend(str(tmp_path))
    forget = channels._entries.cache_clear, adapter_of.cache_clear
    for one in forget:
        one()
    yield
    for one in forget:
        one()
    sys.modules.pop("acme_channel", None)


def test_a_package_brings_a_channel_and_replaces_none_of_ours(acme):
    assert kinds() == [*own_kinds(), "acme", "broken"]
    assert adapter_of("acme").kind == "acme"
    assert type(adapter_of("email")).__name__ == "EmailAdapter"


def test_a_channel_that_is_not_there_or_cannot_be_loaded_is_said_by_name(acme):
    for kind in ("telepathy", "broken"):
        with pytest.raises(NoSuchChannel, match=kind):
            adapter_of(kind)
