"""What many ask at once is asked once, and nobody's question spoils the answer of another."""

import asyncio
import threading

import pytest
from django.db import OperationalError

from ancora.platform.http import together
from ancora.platform.http.lane import Crowded, lane
from ancora.platform.http.together import Together

PATIENCE = 10


class Doubling:
    """Answers numbers with their double; `rounds`: what was asked at a time. The first round waits until `go`."""

    def __init__(self) -> None:
        self.rounds: list[list] = []
        self.began, self.go = threading.Event(), threading.Event()

    def __call__(self, numbers: list) -> list:
        self.rounds.append(numbers)
        self.began.set()
        if len(self.rounds) == 1:
            self.go.wait(PATIENCE)
        if "bad" in numbers:
            raise ValueError("not a number")
        if "away" in numbers:
            raise OperationalError("the connection is gone")
        return [2 * number for number in numbers]


def asked(questions: list, *, most: int = 50, gone: tuple[int, ...] = ()) -> tuple[list, list[list]]:
    """The answers, or what was raised, and the rounds; the first question holds up the others. Those at the places
    `gone` leave before their turn."""
    doubling = Doubling()

    async def ask() -> list:
        crowd = Together(doubling, most=most)
        async with lane(), asyncio.timeout(PATIENCE):
            tasks = [asyncio.create_task(crowd.ask(questions[0]))]
            await asyncio.to_thread(doubling.began.wait, PATIENCE)
            tasks += [asyncio.create_task(crowd.ask(one)) for one in questions[1:]]
            await asyncio.sleep(0)
            for place in gone:
                tasks[place].cancel()
            await asyncio.sleep(0)
            doubling.go.set()
            return await asyncio.gather(*tasks, return_exceptions=True)

    return asyncio.run(ask()), doubling.rounds


def test_those_who_come_meanwhile_are_answered_together(db):
    assert asked([1, 2, 3, 4]) == ([2, 4, 6, 8], [[1], [2, 3, 4]])
    assert asked([1, 2, 3, 4], most=2) == ([2, 4, 6, 8], [[1], [2, 3], [4]])


def test_question_without_an_answer_keeps_no_other_from_its(db):
    answers, rounds = asked([1, 2, "bad", 3])
    assert (answers[:2], answers[3], str(answers[2])) == ([2, 4], 6, "not a number")
    assert rounds == [[1], [2, "bad", 3], [2], ["bad"], [3]]


def test_while_the_database_is_away_nobody_is_asked_alone(db):
    answers, rounds = asked([1, 2, "away", 3])
    assert answers[0] == 2
    assert [type(one) for one in answers[1:]] == [OperationalError] * 3
    # Once more, with a new connection.
    assert rounds == [[1], [2, "away", 3], [2, "away", 3]]


def test_who_left_before_their_turn_is_not_asked_for(db):
    answers, rounds = asked([1, 2, 3], gone=(1,))
    assert (answers[0], answers[2], rounds) == (2, 6, [[1], [3]])
    assert asked([1, 2], gone=(1,))[1] == [[1]]


def test_no_more_wait_than_may(db, monkeypatch):
    monkeypatch.setattr(together, "MOST_STREAMS", 2)
    answers, rounds = asked([1, 2, 3, 4, 5])
    assert [type(one) for one in answers] == [int, int, int, Crowded, Crowded]
    assert rounds == [[1], [2, 3]]


def test_new_server_answers_nobody_of_the_old_one(db):
    crowd, never = Together(lambda numbers: numbers), threading.Event()
    stuck = Together(lambda numbers: never.wait(0.3) or numbers)

    async def leave(which) -> None:
        task = asyncio.create_task(which.ask(1))
        await asyncio.sleep(0)
        task.cancel()

    async def ask(which) -> int:
        async with asyncio.timeout(PATIENCE):
            return await which.ask(2)

    for one in (crowd, stuck):
        asyncio.run(leave(one))
        assert asyncio.run(ask(one)) == 2


@pytest.mark.parametrize("many", [1, 3])
def test_too_few_answers_are_an_error(db, many):
    async def ask() -> list:
        crowd = Together(lambda numbers: [])
        return await asyncio.gather(*(crowd.ask(one) for one in range(many)), return_exceptions=True)

    async def patient() -> list:
        async with asyncio.timeout(PATIENCE):
            return await ask()

    assert [type(one) for one in asyncio.run(patient())] == [ValueError] * many
