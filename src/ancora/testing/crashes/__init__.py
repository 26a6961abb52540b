"""Kills the real worker at every border of its work, and counts what is left.

A *border* is where something leaves the process: a commit, bytes to or from a mail server, a file made durable. A
*point* is one side of one crossing of a border; the worker is ended there by SIGKILL. A *road* is the same few mails
in and answers out each time, on a database, a home and mailboxes of its own. After the kill a fresh worker, or the
other of two, goes to the end of the road; then each mail must be exactly one message, each answer one transaction
or an honest *unknown* that evidence settles, and nothing half-written.

The product knows nothing of this: `borders` is put around psycopg, sockets and files inside the worker's process.
"""
