"""Counters of rate limits share a table, and none of them is forgotten because others are many."""

from datetime import timedelta

from django.core.cache import cache

from ancora.platform import clock
from ancora.platform.accounts.jobs import forget_old_counts
from ancora.platform.http.pace import count, counted, is_remembered, remember


def test_many_counters_throw_out_none_that_counts(db):
    cache.set("allauth:rl:login", [1, 2, 3], 600)
    for number in range(400):
        count(f"chat-begin:192.0.2.{number}")
    for number in range(5):
        cache.set(f"allauth:rl:zzz:{number}", [1], 600)
    assert cache.get("allauth:rl:login") == [1, 2, 3]
    assert counted("chat-begin:192.0.2.0") == 1
    remember("somebody", until=clock.now() + timedelta(hours=2))
    with clock.at(clock.now() + timedelta(minutes=5)):
        forget_old_counts()
        assert is_remembered("somebody")
        assert counted("chat-begin:192.0.2.0") == 0
    assert counted("chat-begin:192.0.2.0") == 0
    assert cache.get("allauth:rl:login") == [1, 2, 3]
