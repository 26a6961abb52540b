"""What many ask in one moment, asked once for all of them: a thousand streams come back at once when a process was
started again, and each alone would wait for its turn at the interpreter with every statement."""

import asyncio
from collections.abc import Callable

from django.db import Error as DatabaseProblem

from ancora.platform.http.lane import MOST_STREAMS, Crowded, aside, note_crowd

MOST_TOGETHER = 50


class Together[Question, Answer]:
    """`function` is given questions, and gives as many answers in their order. Who asks while others are answered waits
    for the next round, so that rounds are as large as the crowd is."""

    def __init__(self, function: Callable[[list[Question]], list[Answer]], *, most: int = MOST_TOGETHER) -> None:
        self._function, self._most = function, most
        self._waiting: list[tuple[Question, asyncio.Future[Answer]]] = []
        self._work: asyncio.Task | None = None

    async def ask(self, question: Question) -> Answer:
        """As `aside`; a question that cannot be answered keeps no other from its answer. `Crowded` where too many
        wait."""
        loop = asyncio.get_running_loop()
        if self._work is not None and self._work.get_loop() is not loop:
            # Of a server that has ended.
            self._waiting, self._work = [], None
        if len(self._waiting) >= MOST_STREAMS:
            note_crowd("streams")
            raise Crowded("too many wait")
        answer = loop.create_future()
        self._waiting.append((question, answer))
        if self._work is None or self._work.done():
            self._work = loop.create_task(self._answer_all())
        return await answer

    async def _answer_all(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            await self._answer([(question, answer) for question, answer in asked if not answer.done()])

    async def _answer(self, asked: list[tuple[Question, asyncio.Future[Answer]]]) -> None:
        if not asked:
            return
        try:
            answers = await aside(self._function, [question for question, _answer in asked])
            answered = list(zip(asked, answers, strict=True))
        except Exception as problem:
            if len(asked) > 1 and not isinstance(problem, (Crowded, DatabaseProblem)):
                for one in asked:
                    await self._answer([one])
                return
            for _question, answer in asked:
                if not answer.done():
                    answer.set_exception(problem)
        else:
            for (_question, answer), given in answered:
                if not answer.done():
                    answer.set_result(given)
