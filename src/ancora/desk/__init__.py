"""The desk: the pages on which agents work. Queues, cases with timeline and composer, customers, search.

It composes cases, conversations and customers and owns no tables. A view reads the request, asks one query or
calls one command, and shows a page or the part of it that changed.

Words: *pane* (one of the columns), *row* (a case in a list), *news* (what changed in a list since it was drawn),
*menu* (the small form that changes one thing of a case), *composer* (where replies and notes are written).

What must hold: nothing moves under the cursor, what was typed is never lost, not yours is not found.
"""
