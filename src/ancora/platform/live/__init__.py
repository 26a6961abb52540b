"""Screens that change by themselves: one LISTEN connection per process, server-sent events to the browsers.

A live message is a hint that something changed (`case-17`); the browser fetches what it shows. After a reconnect
it fetches everything on the screen, so nothing depends on a message arriving. An open stream holds neither a
thread nor a database connection.
"""
