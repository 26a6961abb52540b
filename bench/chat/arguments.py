"""What may be asked of a measurement."""

# The server takes thirty lines of a visitor in a minute.
MOST_A_MINUTE = 24


def refuse(*, visitors: int, agents: int, rate: float, seconds: float) -> None:
    """`SystemExit` with the reason for what cannot be measured."""
    if min(agents, rate, seconds) <= 0 or visitors < agents:
        raise SystemExit("Every number must be above zero, and there must be at least as many visitors as agents.")
    said = rate / 2 * min(seconds, 60)
    if said > 0.75 * visitors * MOST_A_MINUTE:
        least = int(said / (0.75 * MOST_A_MINUTE)) + 1
        raise SystemExit(
            f"A visitor may write {MOST_A_MINUTE} lines in a minute: take {least} visitors, or a lower rate."
        )
