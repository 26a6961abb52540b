"""Mail providers, as their public documentation describes what they post."""

from ancora.conversations.tests.hook_peers.amazon import AmazonSES
from ancora.conversations.tests.hook_peers.by_form import Mailgun, MailgunInPieces, Mandrill, SendGrid, SendGridInPieces
from ancora.conversations.tests.hook_peers.in_pieces import Brevo, Mailjet, Postmark, PostmarkInPieces
from ancora.conversations.tests.hook_peers.whole import MailerSend, Mailtrap, Postal, Resend, SparkPost

PEERS = {
    one.__name__: one()
    for one in (
        AmazonSES,
        Brevo,
        MailerSend,
        Mailgun,
        MailgunInPieces,
        Mailjet,
        Mailtrap,
        Mandrill,
        Postal,
        Postmark,
        PostmarkInPieces,
        Resend,
        SendGrid,
        SendGridInPieces,
        SparkPost,
    )
}
