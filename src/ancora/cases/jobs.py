"""What the worker does for cases by the clock."""

from ancora.platform.jobs import periodic


@periodic("* * * * *")
def forget_those_who_left() -> None:
    """Each minute: who left a case without a word is no longer shown there."""
    from ancora.cases.commands import forget_the_gone

    forget_the_gone()
