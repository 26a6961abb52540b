"""Mail that is routed to us: SMTP and LMTP, spoken by the worker where the environment says so.

`listener.listen` runs in the worker until told to stop. A *door* is an address it listens on.

What must always hold: a sender hears 250 only after the bytes are committed, so that it may forget them; the same
bytes once more are the same arrival; only addresses of our mailboxes are taken, from hosts of trusted networks; what
cannot be kept now is answered with 4xx, and the sender keeps it.
"""
