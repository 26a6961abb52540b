"""Keeps the counters of rate limits few; their table is made with ours."""

from ancora.platform.jobs import periodic


@periodic("19 * * * *")
def forget_old_counts() -> None:
    """Each hour: what was counted and remembered, once it is over."""
    from ancora.platform.http.pace import forget_counts

    forget_counts()
