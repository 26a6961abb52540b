"""Fetches images of other servers for a mail, once and by the server, when a person has agreed."""

import contextlib
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from ancora.conversations.attached import image_type
from ancora.conversations.events import ImagesAllowed, ImagesForbidden
from ancora.conversations.models import ImageConsent, ImageState, Message, RemoteImage
from ancora.conversations.remote_images import address_key, addresses_in, is_believable
from ancora.customers.queries import normal_address
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.files.store import StorageFull, store

MOST_BYTES, MOST_SECONDS = 5_000_000, 10.0
# Fetched at the same time by one process; the others wait.
MOST_AT_ONCE = 4
WAIT_SECONDS = 12.0
# Whoever began to fetch and has not ended by then is dead.
ABANDONED = timedelta(seconds=30)
TRY_AGAIN = timedelta(minutes=10)
_slots = threading.BoundedSemaphore(MOST_AT_ONCE)


def allow_images(message: Message, *, author: User, for_sender: bool = False) -> None:
    """Load the remote images of this message from now on; with `for_sender` those of all mail of its sender."""
    if for_sender and not is_believable(message):
        raise Refusal(_("It is not sure who sent this mail. Load the images of this message only."))
    wanted = {"address": normal_address(message.from_address)} if for_sender else {"message": message}
    with contextlib.suppress(IntegrityError), transaction.atomic():
        ImageConsent.objects.create(**wanted, author=author, since=clock.now())
        publish(ImagesAllowed(message_id=message.pk, for_sender=for_sender), actor=Actor.human(author))


@transaction.atomic
def forbid_images(consent: ImageConsent, *, author: User) -> None:
    """Ask again before images of this sender are loaded; what was fetched is not fetched anew."""
    if ImageConsent.objects.filter(pk=consent.pk, until__isnull=True).update(until=clock.now()):
        publish(ImagesForbidden(consent_id=consent.pk), actor=Actor.human(author))


def remote_image(message: Message, number: int) -> RemoteImage | None:
    """The image with this number in the message, fetched now when nobody has before; None when there is no such one.

    The sender's server is asked once, also when two people open the mail at the same moment. Belongs outside of a
    transaction: no connection to the database is held while the other server is waited for.
    """
    addresses = addresses_in(message.html)
    if not 0 <= number < len(addresses):
        return None
    address = addresses[number]
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        image = RemoteImage.objects.filter(message=message, address_key=address_key(address)).first()
        if image is None or _is_due(image):
            with _slot(deadline) as is_free:
                if is_free and (image_id := _claim(message.pk, address)) is not None:
                    _fetch(image_id, address)
        elif image.state != ImageState.FETCHING:
            return image
        if time.monotonic() > deadline:
            return image
        connection.close()
        time.sleep(0.05)


def _is_due(image: RemoteImage) -> bool:
    """Whether nobody is at it any more, or its last failure may be over."""
    age = clock.now() - image.begun_at
    return age > ABANDONED if image.state == ImageState.FETCHING else image.state == "failed" and age > TRY_AGAIN


@contextlib.contextmanager
def _slot(deadline: float) -> Iterator[bool]:
    """Gives whether there was room in time."""
    connection.close()
    is_free = _slots.acquire(timeout=max(0.0, deadline - time.monotonic()))
    try:
        yield is_free
    finally:
        if is_free:
            _slots.release()


_CLAIM = """
INSERT INTO conversations_remoteimage (message_id, address_key, state, reason, content_type, begun_at)
VALUES (%(message)s, %(key)s, 'fetching', '', '', %(now)s)
ON CONFLICT (message_id, address_key) DO UPDATE SET state = 'fetching', reason = '', begun_at = EXCLUDED.begun_at
WHERE (conversations_remoteimage.state = 'fetching' AND conversations_remoteimage.begun_at < %(abandoned)s)
    OR (conversations_remoteimage.state = 'failed' AND conversations_remoteimage.begun_at < %(again)s)
RETURNING id
"""


def _claim(message_id: int, address: str) -> int | None:
    """The id of the image when it is ours to fetch; None when somebody has, or is at it."""
    now = clock.now()
    fields = {"message": message_id, "key": address_key(address), "now": now}
    fields |= {"abandoned": now - ABANDONED, "again": now - TRY_AGAIN}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, fields)
        row = cursor.fetchone()
    return row[0] if row else None


def _fetch(image_id: int, address: str) -> None:
    # httpx is large, and few processes ever fetch an image.
    from ancora.platform.http.outside import OutsideTrouble, get

    connection.close()
    outcome: dict = {"state": ImageState.FAILED}
    try:
        content = get(address, most_bytes=MOST_BYTES, seconds=MOST_SECONDS).content
        if kind := image_type(content):
            outcome = {"state": ImageState.HERE, "file": store(content), "content_type": kind}
        else:
            outcome["reason"] = "no_image"
    except OutsideTrouble as trouble:
        outcome["reason"] = trouble.reason
    except StorageFull:
        outcome["reason"] = "disk_full"
    RemoteImage.objects.filter(pk=image_id).update(**outcome)
