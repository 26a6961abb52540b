"""Signing in to mail servers with a permission instead of a password: OAuth 2 with XOAUTH2 or OAUTHBEARER.

An administrator gives the permission at the provider, once (`consent`); a *token* that is worth an hour is got by it
(`exchange`), kept encrypted, renewed before it ends and shown to IMAP and SMTP (`access`, `sasl`).

What must always hold: however many workers there are, one asks the provider at a time and not more often than it
wants; what it gives is stored before it is used; a permission that is gone is not asked for again.
"""
