"""What ruined mail elsewhere, each as a test with its name, against real mail servers where servers are involved.

One module a theme: intake, threading, sending, loops, limits, workers, crashes. A docstring names the trackers in
which the failure was reported (CW Chatwoot, ZM Zammad, FS FreeScout, LD libredesk, FH Frappe Helpdesk, osT osTicket,
dj django-helpdesk). The page `docs/failures.md` lists them all, with those that are tested beside their code.
"""
