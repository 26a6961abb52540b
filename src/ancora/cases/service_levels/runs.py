"""All open cases get their clocks anew: in steps, each committed, so that a run goes on where its worker died."""

from datetime import timedelta

from django.db import transaction

from ancora.cases.models import Case, ClockRun
from ancora.cases.service_levels.keeping import RUNS_IN, keep_clocks
from ancora.platform import clock
from ancora.platform.jobs import later
from ancora.platform.live.hints import hint

STEP = 100
LOST_AFTER = timedelta(minutes=2)


def begin_run() -> None:
    """In the place of a run that is under way: it would have to begin anew."""
    now = clock.now()
    ClockRun.objects.filter(finished_at__isnull=True).update(finished_at=now)
    total = Case.objects.filter(status__in=RUNS_IN).count()
    run = ClockRun.objects.create(total=total, started_at=now, touched_at=now)
    _enqueue(run)
    hint(["clocks"])


def go_on_with(run_id: int) -> None:
    """One step of a run, and the next one enqueued."""
    with transaction.atomic():
        run = ClockRun.objects.select_for_update().filter(pk=run_id, finished_at__isnull=True).first()
        if run is None:
            return
        cases = Case.objects.filter(status__in=RUNS_IN, pk__gt=run.after_id).order_by("pk")
        ids = list(cases.values_list("pk", flat=True)[:STEP])
        keep_clocks(ids)
        run.touched_at = clock.now()
        if len(ids) < STEP:
            run.finished_at, run.done = run.touched_at, run.total
        else:
            run.after_id, run.done = ids[-1], min(run.total, run.done + len(ids))
            _enqueue(run)
        run.save()
        hint(["clocks"])


def take_up_lost_runs() -> None:
    """A run of which nothing was heard for a while goes on."""
    for run in ClockRun.objects.filter(finished_at__isnull=True, touched_at__lt=clock.now() - LOST_AFTER):
        _enqueue(run)


def last_run() -> ClockRun | None:
    return ClockRun.objects.order_by("-pk").first()


def _enqueue(run: ClockRun) -> None:
    from ancora.cases.jobs import keep_all_clocks

    later(keep_all_clocks, lock="clocks", run_id=run.pk)
