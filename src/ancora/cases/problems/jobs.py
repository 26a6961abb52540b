"""What the worker does for common answers."""

from ancora.platform.jobs import job, periodic

# So many at a time: mail waits for its turn in between.
A_TURN = 50


@job()
def go_on_answering(answer_id: int) -> None:
    """Some cases, and the rest as another job."""
    from ancora.cases.problems.answering import hand_to_worker
    from ancora.cases.problems.models import CommonAnswer
    from ancora.cases.problems.working import work_off

    answer = CommonAnswer.objects.filter(pk=answer_id).first()
    if answer is not None and work_off(answer, most=A_TURN):
        hand_to_worker(answer)


@periodic("* * * * *")
def go_on_with_interrupted_answers() -> None:
    """Each minute: those on which whoever worked has died."""
    from ancora.cases.problems.answering import hand_to_worker
    from ancora.cases.problems.standing import standing_still

    for answer in standing_still():
        hand_to_worker(answer)
