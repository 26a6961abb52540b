"""The real worker is killed by SIGKILL on its road; what is left is counted. `ancora bench crashes` goes everywhere."""

import pytest

from ancora.testing.crashes.borders import Point
from ancora.testing.crashes.run import go
from ancora.testing.crashes.stage import set_up
from ancora.testing.crashes.sweep import points_of, sample, summed, sweep

SAMPLE = 12


@pytest.fixture(scope="module")
def stage(databases, dovecot, postfix):
    with set_up(databases, dovecot, postfix) as found:
        yield found


def test_nothing_is_lost_doubled_or_half_written_wherever_the_worker_dies(stage):
    kills = sample(points_of(stage), SAMPLE, seed=7)
    outcomes = sweep(stage, kills, lanes=2, tell=lambda kill, outcome: None)
    found = summed(kills, outcomes)
    assert found["findings"] == [], "\n".join(outcome.log for outcome in outcomes)
    # Two workers share the road anew each time: one may not come by a point.
    assert found["killed"] >= SAMPLE - 4


def test_crash_between_fetching_and_storing_imports_the_mail_all_the_same(stage):
    """FS #3203."""
    outcome = go(stage, 1001, Point("after", "mailbox-1 answer to UID FETCH", 2))
    assert (outcome.was_killed, outcome.lost, outcome.doubled, outcome.unexplained) == (True, [], [], [])


def test_worker_killed_before_the_text_sends_it_once(stage):
    outcome = go(stage, 1002, Point("after", "smtp answer to RCPT", 1))
    assert (outcome.was_killed, outcome.lost, outcome.doubled, outcome.unexplained) == (True, [], [], [])
    assert outcome.unknown == 0


def test_worker_killed_after_the_server_accepted_is_unknown_and_settled_by_an_answer(stage):
    """FS #3607."""
    outcome = go(stage, 1003, Point("after", "smtp answer to final dot", 1))
    assert (outcome.was_killed, outcome.lost, outcome.doubled, outcome.unexplained) == (True, [], [], [])
    assert outcome.unknown == 1
