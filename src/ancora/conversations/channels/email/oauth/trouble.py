"""What goes wrong with a permission."""

from datetime import timedelta


class OAuthTrouble(Exception):
    """What is wrong, in words for an administrator.

    `reason` is a code: consent (the permission is gone, or was never given), client (the provider does not know this
    installation), unreachable, provider (it answers something else), token (the mail server refuses what the provider
    gave). `wait`: how long the provider wants to be left alone.
    """

    def __init__(self, message: str, reason: str, wait: timedelta | None = None):
        super().__init__(message)
        self.reason = reason
        self.wait = wait
