"""The shop of the desk's tests: a mailbox, mails that became cases, and a mailbox that only another team sees."""

from dataclasses import dataclass
from email.message import EmailMessage

import pytest

from ancora.cases.models import Case
from ancora.conversations.models import Attachment, Mailbox, Message
from ancora.parties.models import Membership, Team

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060600000000500"
    "01a5f645400000000049454e44ae426082"
)


def letter(
    sender="Carla Bianchi <carla@example.org>",
    subject="The grinder leaks",
    text="It leaks again.",
    to="support@example.com",
    message_id="<first@example.org>",
) -> EmailMessage:
    """A plain mail of a customer."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = sender, to, subject, message_id
    mail["Date"] = "Sat, 21 Nov 2026 10:00:00 +0100"
    mail.set_content(text)
    return mail


def rich_letter(**fields) -> EmailMessage:
    """A mail with HTML, an own and a remote image, a script, and an attachment with a bad name."""
    mail = letter(**fields)
    html = (
        '<p style="color:#936">It <b>leaks</b><script>alert(1)</script><img src="cid:leak">'
        '<img src="https://tracker.example.net/p.png"></p>'
    )
    mail.add_alternative(html, subtype="html")
    mail.get_payload()[-1].add_related(PNG, "image", "png", cid="<leak>", filename="leak.png")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename="../../x.html")
    return mail


@dataclass(frozen=True)
class Shop:
    """case: Carla's, seen by everybody · hidden: a case of a mailbox that only `insiders` sees (Marco is in)."""

    mailbox: Mailbox
    case: Case
    message: Message
    hidden: Case
    hidden_message: Message
    hidden_attachment: Attachment
    insiders: Team


@pytest.fixture
def shop(cast, mailbox, arrive) -> Shop:
    from ancora.cases.commands import create_default_outcomes

    create_default_outcomes()
    insiders = Team.objects.create(name="Insiders")
    Membership.objects.create(team=insiders, user=cast.marco)
    secret = Mailbox.objects.create(name="Board", address="board@example.com")
    secret.teams.add(insiders)
    first = arrive(letter(), mailbox)
    second = arrive(
        rich_letter(
            sender="Vip <vip@example.org>",
            subject="Secret matter",
            to="board@example.com",
            message_id="<s@example.org>",
        ),
        secret,
    )
    return Shop(
        mailbox,
        Case.objects.get(mailbox_ids=[mailbox.pk]),
        Message.objects.get(pk=first.message_id),
        Case.objects.get(mailbox_ids=[secret.pk]),
        Message.objects.get(pk=second.message_id),
        Attachment.objects.filter(message=second.message_id).first(),
        insiders,
    )
