"""The reader on damaged mails: a sample of what `ancora bench mutations` does at length."""

from bench.mutations import MOST_SECONDS, Tally, measure, mutated, seeds, taken_in

COUNT = 2000


def test_two_thousand_damaged_mails_are_read():
    sources, tally = seeds(), Tally()
    for number in range(COUNT):
        taken_in(number, mutated(number, 20251103, sources), tally)
    assert tally.done == COUNT
    assert tally.exceptions == []
    assert tally.slowest[0][0] < MOST_SECONDS


def test_a_damaged_mail_can_be_made_again():
    sources = seeds()
    assert [mutated(number, 1, sources) for number in range(20)] == [
        mutated(number, 1, sources) for number in range(20)
    ]
    assert mutated(3, 1, sources) != mutated(3, 2, sources)


def test_what_goes_wrong_is_reported(monkeypatch):
    tally = Tally()
    monkeypatch.setattr("bench.mutations.described", lambda mail: 1 / 0)
    taken_in(7, b"Subject: x\n\n", tally)
    assert tally.exceptions == [{"mail": 7, "error": "ZeroDivisionError: division by zero"}]


def test_a_stretch_is_read_in_a_process_of_its_own():
    found = measure(30, 1)
    assert (found["done"], found["ok"], found["exceptions"], found["hung"]) == (30, True, [], [])
