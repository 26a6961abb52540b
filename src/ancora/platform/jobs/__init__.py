"""Work that runs later, in the worker: procrastinate on PostgreSQL, enqueued in the caller's transaction.

A job is a command that runs later; its arguments are ids. `@job` declares one in a package's `jobs.py`,
`@periodic` one that runs by the clock; `later(function, ...)` enqueues.
"""

from ancora.platform.jobs.declare import is_enqueued, job, later, periodic, register

__all__ = ["is_enqueued", "job", "later", "periodic", "register"]
