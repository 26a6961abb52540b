"""The organisation and the people who work in it: sign-in, roles, language and time zone, API tokens.

Roles: observer (reads, writes notes), agent (serves), lead (serves and arranges the work), administrator (also
settings).
Nobody signs up by himself: people are invited by an administrator.
"""
