"""Notifications by browser push (RFC 8030), sealed for the one browser (RFC 8291) and signed by us (RFC 8292).

Browser: one that a person allowed to show notifications, for as long as the person stays signed in there · news: what
waits to be pushed to a person about one case; at once, and what follows within a short while together · words: who and
what it is about, shown only where that browser was told to; else a push names the case by its number, and no customer.
"""
