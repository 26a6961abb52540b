"""What the worker does for bulk changes."""

from ancora.platform.jobs import job, periodic

# So many at a time: mail waits for its turn in between.
A_TURN = 100


@job()
def go_on(bulk_id: int) -> None:
    """Some items, and the rest as another job."""
    from ancora.cases.bulk.commands import hand_to_worker
    from ancora.cases.bulk.models import BulkChange
    from ancora.cases.bulk.working import work_off

    bulk = BulkChange.objects.filter(pk=bulk_id).first()
    if bulk is not None and work_off(bulk, most=A_TURN):
        hand_to_worker(bulk)


@periodic("* * * * *")
def go_on_with_interrupted() -> None:
    """Each minute: those on which whoever worked has died."""
    from ancora.cases.bulk.commands import hand_to_worker
    from ancora.cases.bulk.queries import standing_still

    for bulk in standing_still():
        hand_to_worker(bulk)
