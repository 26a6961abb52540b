"""Example cases: a handful of invented matters on which a new team tries the desk, and which it deletes again.

An *example* is a conversation, its case and its customer that are marked so (`is_example`). What always holds: nothing
that is written in an example is sent to anybody; they come and go in one transaction each; deleting them touches
nothing of a real customer. Whatever real came into one makes it a case like all others.
"""
