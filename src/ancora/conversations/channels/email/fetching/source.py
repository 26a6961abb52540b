"""Which mailboxes are fetched, and how."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet

from ancora.conversations.channels.email.smtp import Account
from ancora.conversations.models import Mailbox, OldMail, SignIn


@dataclass(frozen=True, slots=True)
class Source:
    """A mailbox to be fetched, with all that a change of must begin anew. `renewed`: when somebody asked to look at
    once, and when the permission was given."""

    mailbox_id: int
    account: Account
    folder: str
    connected_at: datetime
    imports_old: bool
    renewed: tuple[datetime | None, datetime | None] = (None, None)

    @property
    def place(self) -> str:
        return _place(self.account.host, self.account.user, self.folder)


# A mailbox whose permission was never given has nothing to sign in with.
_CAN_SIGN_IN = Q(sign_in__in=[SignIn.PASSWORD, SignIn.MICROSOFT_APP]) | Q(grant__isnull=False)


def fetched_mailboxes() -> QuerySet[Mailbox]:
    """All mailboxes that are in use, have a server to fetch from, and are not paused."""
    used = Mailbox.objects.filter(_CAN_SIGN_IN, is_active=True, fetching_paused_at__isnull=True).exclude(imap_host="")
    rows = used.select_related("fetch", "grant").defer("smtp_password", "grant__refresh_token", "grant__access_token")
    return rows.order_by("id")


def source_of(box: Mailbox) -> Source:
    """Raises `KeyChanged` when its password cannot be read."""
    connected_at = box.created_at.astimezone(UTC).replace(microsecond=0)
    fetch, grant = getattr(box, "fetch", None), getattr(box, "grant", None)
    renewed = (fetch.asked_at if fetch else None, grant.granted_at if grant else None)
    imports_old = box.old_mail == OldMail.IMPORT
    return Source(box.pk, Account.incoming_of(box), box.imap_folder, connected_at, imports_old, renewed)


def place_of(box: Mailbox) -> str:
    """As `Source.place`, of the mailbox as it is now; needs no password."""
    user = box.imap_user if box.sign_in == SignIn.PASSWORD else box.imap_user or box.address
    return _place(box.imap_host, user, box.imap_folder)


def _place(host: str, user: str, folder: str) -> str:
    """A short digest of server, account and folder: only within them a UID means one mail."""
    named = "\0".join((host.lower(), user, folder)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(named, digest_size=6).hexdigest()
