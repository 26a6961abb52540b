"""What every domain stands on: accounts, events, jobs, live updates, files, pages, text, time, the database.

Nothing here knows what a case or a customer is.
"""
