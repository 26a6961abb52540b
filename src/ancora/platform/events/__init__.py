"""The one append-only record from which everything looks back: timeline, audit, numbers, live updates, webhooks.

An event is written in the transaction of the change it tells, by `publish`; the database refuses to change or
delete it. It holds ids, codes, numbers and times, never a name, an address or a text. Subscribers react to it
after commit (at least once, effect once), unless declared `same_transaction`.
"""
