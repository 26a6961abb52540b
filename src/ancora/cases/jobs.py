"""What the worker does for cases."""

from ancora.platform.jobs import periodic


@periodic("47 3 * * *")
def forget_sent_drafts() -> None:
    """Each night: what was typed of messages that have left."""
    from ancora.cases.commands.drafts import forget_sent

    forget_sent()
