"""The port of the demo's mail server is held before the story is told, and served after it."""

import smtplib
from email.message import EmailMessage

from ancora.config.operations.demo import _free, _held
from ancora.conversations.models import Arrival
from ancora.demo.post import PostOffice


def test_nobody_takes_the_port_while_the_story_is_told(tmp_path, unshared_database, mailbox):
    door = _held(28025)
    port = door.getsockname()[1]
    assert _free(port) > port
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "carla@example.org", mailbox.address, "Hello"
    mail.set_content("Are you open?")
    office = PostOffice(tmp_path, door)
    office.start()
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as server:
            server.send_message(mail)
    finally:
        office.stop()
    assert Arrival.objects.count() == 1
