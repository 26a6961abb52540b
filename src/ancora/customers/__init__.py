"""Whom we serve. A customer is a person or an organisation; a handle is one way it is known on a channel.

A handle belongs to one customer; the same address never makes a second one. Joining customers is a link that can
be taken back, never a rewrite.
"""
