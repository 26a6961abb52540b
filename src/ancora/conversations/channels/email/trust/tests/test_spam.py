"""The border's mark, read by the administrator's rule."""

import pytest

from ancora.conversations.channels.email.trust.fields import Field
from ancora.conversations.channels.email.trust.spam import PRESETS, read_rule

FOREFRONT = "CIP:1.2.3.4;CTRY:US;LANG:en;SCL:5;SFV:SPM;H:x;DIR:INB;"


@pytest.mark.parametrize(
    ("rule", "name", "value", "fits"),
    [
        ("X-Spam-Flag: YES", "x-spam-flag", "YES", True),
        ("X-Spam-Flag: YES", "x-spam-flag", "NO", False),
        ("X-Spam-Status: Yes", "x-spam-status", "Yes, score=12.3 required=4.5", True),
        ("X-Spam-Status: Yes", "x-spam-status", "No, score=1 (Yes)", False),
        ("X-Spam: Yes", "x-spam", "yes", True),
        ("X-MS-Exchange-Organization-SCL: >=5", "x-ms-exchange-organization-scl", "9", True),
        ("X-MS-Exchange-Organization-SCL: >=5", "x-ms-exchange-organization-scl", "-1", False),
        ("X-MS-Exchange-Organization-SCL: >=5", "x-ms-exchange-organization-scl", "high", False),
        ("X-Spam-Score: >= 7.5", "x-spam-score", "7.50 of 5", True),
        ("X-Forefront-Antispam-Report: *SFV:SPM*", "x-forefront-antispam-report", FOREFRONT, True),
        ("X-Forefront-Antispam-Report: *SFV:SPM*", "x-forefront-antispam-report", "SFV:NSPM;", False),
        ("X-Other: a", "x-spam", "a", False),
    ],
)
def test_rule_fits_the_header(rule, name, value, fits):
    assert read_rule(rule).fits([Field("subject", "Yes"), Field(name, value)]) is fits


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_no_rule(text):
    assert read_rule(text) is None


@pytest.mark.parametrize("text", ["X-Spam", "X-Spam:", ": Yes", "X Spam: Yes", "X-Spam: ***", "X: >=five", "X: a\nb"])
def test_rule_that_cannot_be_understood_is_refused(text):
    with pytest.raises(ValueError):
        read_rule(text)


def test_every_preset_is_a_rule():
    assert all(read_rule(rule) for rule in PRESETS.values())
