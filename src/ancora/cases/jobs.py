"""What the worker does for cases by the clock."""

from ancora.cases.bulk import jobs as bulk_jobs
from ancora.cases.notifications.push import jobs as push_jobs
from ancora.cases.problems import jobs as problem_jobs
from ancora.platform.jobs import job, periodic

__all__ = ["bulk_jobs", "forget_those_who_left", "problem_jobs", "push_jobs", "wake_due_cases"]


@periodic("* * * * *")
def wake_due_cases() -> None:
    """Each minute: cases that were to wait until now."""
    from ancora.cases.commands import wake_cases

    while wake_cases():
        pass


@periodic("* * * * *")
def forget_those_who_left() -> None:
    """Each minute: who left a case without a word is no longer shown there."""
    from ancora.cases.commands import forget_the_gone

    forget_the_gone()


@job(retry=8, wait_seconds=120)
def mail_notification(notification_id: int) -> None:
    """Tell a person at once by mail; while no server takes mail it is tried again for over an hour."""
    from ancora.cases.notifications.mailing import mail_one

    mail_one(notification_id)


@periodic("0 * * * *")
def mail_what_has_gathered() -> None:
    """Each hour: notifications that people want by mail together."""
    from ancora.cases.notifications.mailing import mail_digests

    mail_digests()


@periodic("23 3 * * *")
def forget_what_was_told() -> None:
    """Each night: notifications of three months ago."""
    from ancora.cases.notifications.commands import forget_old_notifications

    forget_old_notifications()


@periodic("* * * * *")
def tell_of_clocks() -> None:
    """Each minute: promises that come near, and those that were not kept."""
    from ancora.cases.service_levels.keeping import tell_clocks
    from ancora.cases.service_levels.runs import take_up_lost_runs

    take_up_lost_runs()
    while tell_clocks():
        pass


@job()
def keep_all_clocks(run_id: int) -> None:
    """One step of bringing the clocks of all open cases up to date; what remains is enqueued again."""
    from ancora.cases.service_levels.runs import go_on_with

    go_on_with(run_id)


@periodic("47 3 * * *")
def forget_sent_drafts() -> None:
    """Each night: what was typed of messages that have left."""
    from ancora.cases.commands.drafts import forget_sent

    forget_sent()


@periodic("*/5 * * * *")
def run_rules_of_time() -> None:
    """Every five minutes: rules that wait until some time has passed."""
    from ancora.cases.rules.by_time import run_rules_of_time

    run_rules_of_time()


@periodic("*/5 * * * *")
def tell_of_late_tasks() -> None:
    """Every five minutes: open tasks whose time has passed."""
    from ancora.cases.notifications.telling_of_tasks import tell_of_late_tasks

    tell_of_late_tasks()


@periodic("37 3 * * *")
def forget_old_runs() -> None:
    """Each night: what rules did long ago."""
    from ancora.cases.rules.commands import forget_old_runs

    forget_old_runs()


@job()
def give_out_soon() -> None:
    """Something changed for whom waiting cases can be given to."""
    from ancora.cases.routing.assigning import route_all

    route_all()


@periodic("* * * * *")
def give_out_by_the_clock() -> None:
    """Each minute: who is back, what overflows, what is to be escalated."""
    from ancora.cases.routing.assigning import route_all

    route_all()


@periodic("41 3 * * *")
def forget_old_searches() -> None:
    """Each night: what people searched for a month ago."""
    from ancora.cases.searches.recent import forget_old_searches

    forget_old_searches()
