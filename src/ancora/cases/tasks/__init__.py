"""Work that a case needs from a team, a colleague, or a third party.

A *task* has a title, one *assignee*, a clock of its own (`due_at`), and ends done, with a result, or cancelled. One for
a third party goes by mail in a *side thread*: a conversation of its own, held by the task and never by the case, so
that nothing that is written to the customer can answer, quote or forward it. What the third party answers comes back to
the task, wakes the case, and counts as no word of the customer.
"""
