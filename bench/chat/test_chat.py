"""A small crowd chats while every process is killed in turn; `ancora bench chat --kill` does it with a thousand."""


def test_nothing_is_lost_doubled_or_reordered_when_each_process_is_killed(db, unshared_database, databases, capsys):
    from ancora.testing.environment import HOME
    from bench.chat.measure import measure

    crowd = {"visitors": 5, "agents": 2, "rate": 10, "seconds": 3, "kill": True, "breath": 0.3}
    found = measure(HOME, None, **crowd, database_url=databases.dsn(db))
    faults = ("lost", "unanswered", "doubled", "reordered", "foreign", "refused", "undelivered")
    counted = {name: found[name] for name in faults}
    assert counted == dict.fromkeys(counted, 0), capsys.readouterr().err
    assert found["kills"] == 3
    assert found["sent"] == found["received"] > 10
    assert found["recover_ms"] > 0
