"""The first run: from an empty installation to an organisation with an administrator and a mailbox.

Only who knows the setup code may do it. While nothing is set up every page leads here; afterwards this one is gone.
"""
