"""Who a mail is really from, and what the border server thinks of it. No Django, no database.

Words: *border* (our own outermost mail server, which met the sender), *evidence* (what its Authentication-Results or
a DKIM signature prove), *verdict* (passed, failed or unknown, with reason codes), *appearance* (what a sender's name
and addresses pretend, evidence or not).

What always holds: `judge` never raises, whatever the bytes; what cannot be known is *unknown*, never *failed*; a word
of a mail about itself counts only where our border must have written it.
"""

from .verdict import FAILED, PASSED, UNKNOWN, Policy, Verdict, judge

__all__ = ["FAILED", "PASSED", "UNKNOWN", "Policy", "Verdict", "judge"]
