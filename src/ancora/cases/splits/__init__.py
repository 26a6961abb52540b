"""Splitting a case: several of its messages become a case of their own.

A *split* is a row: from which case, into which one, which messages and notes. The messages are moved as one message is
(see `commands.moving`), into one new conversation, so that later answers to them follow; notes go along, side threads
and drafts stay. At least one message stays: where all go, nothing is split. A split can be undone while nothing came
of the new case.
"""
