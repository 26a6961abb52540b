"""What the worker does for browser push."""

from ancora.platform.jobs import job, periodic


@job()
def push_news(person_id: int, case_id: int) -> None:
    """What waits to be pushed to a person about a case."""
    from ancora.cases.notifications.push.handing_out import hand_out

    hand_out(person_id, case_id)


@job()
def push_one(browser_id: int, notification_id: int, count: int, tried: int = 0) -> None:
    """One push to one browser; a push service in trouble is asked again by a later job."""
    from ancora.cases.notifications.push.sending import send_one

    send_one(browser_id, notification_id, count, tried)


@periodic("31 3 * * *")
def forget_browsers_signed_out() -> None:
    """Each night: browsers in which nobody is signed in any more."""
    from ancora.cases.notifications.push.commands import forget_lost_browsers

    forget_lost_browsers()
