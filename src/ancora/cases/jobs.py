"""What the worker does for cases by the clock."""

from ancora.cases.bulk import jobs as bulk_jobs
from ancora.platform.jobs import periodic

__all__ = ["bulk_jobs", "forget_those_who_left", "wake_due_cases"]


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


@periodic("47 3 * * *")
def forget_sent_drafts() -> None:
    """Each night: what was typed of messages that have left."""
    from ancora.cases.commands.drafts import forget_sent

    forget_sent()
