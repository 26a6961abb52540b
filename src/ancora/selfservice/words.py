"""What the chat says in the browser: the modules hold no words of their own."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def words() -> dict[str, str]:
    """In the language of now."""
    return {
        "you": _("You"),
        "sending": _("Sending…"),
        "progress": _("Sending, {percent} %"),
        "unsent": _("Waits for the connection"),
        "sent": pgettext("of one line", "Sent"),
        "delivered": pgettext("of one line", "Delivered"),
        "read": pgettext("of one line", "Read"),
        "failed": _("Not sent."),
        "lost": _("Its files were lost when the page was left. Choose them again."),
        "again": pgettext("customer", "Try again"),
        "remove": pgettext("customer", "Remove"),
        "remove_file": pgettext("customer", "Remove {name}"),
        "typing": _("{name} is typing"),
        "somebody": _("Somebody"),
        "answers": _("answers you"),
        "here": _("is here"),
        "looks": _("{name} is here and reads what you wrote."),
        "waiting": _("Waiting for an answer."),
        "next": _("You are next."),
        "ahead": _("Before you: {ahead}."),
        "within": _("Nine of ten are answered within {minutes} min."),
        "ended": _("The chat has ended. Write to begin again."),
        "away": _("We cannot be reached just now. Nothing is lost; it is tried again."),
        "opens": _("We are back on {moment}."),
        "closed": _("Nobody is here just now."),
        "closed_write": _("Write all the same: we answer when we are back."),
        "by_email": _("by e-mail"),
        "mailed": _("also by e-mail"),
        "kept_email": _("We have your message. Its number is {number}; we answer here and to {email}."),
        "many_files": _("Not more than {most} files at once. Send them in parts."),
        "large_file": _("“{name}” is larger than {megabytes} MB. Send a smaller one."),
        "long": _("That is longer than {most} characters. Send it in parts."),
        "file": _("File: {name}"),
        "transcript": _("Conversation {number}"),
        "sound_on": _("Turn the sound on"),
        "sound_off": _("Turn the sound off"),
    }


def address_kept(email: str) -> str:
    """What is said to who left this address."""
    return _("We can answer to {email} as well.").format(email=email)


def device_words() -> dict[str, str]:
    """What stands beside a link to another device."""
    return {
        "how": _("Point the camera of the other device at this picture, or open the link there."),
        "limits": _("It is good for ten minutes, and once. Give it to nobody: whoever opens it reads everything here."),
        "picture": _("QR code of the link below"),
        "link": _("Link for the other device"),
        "copy": pgettext("customer", "Copy"),
        "copied": _("The link is copied."),
        "done": pgettext("customer", "Close"),
        "over": _("The link has ended. Make a new one when you need it."),
    }


def words_of_ways() -> dict[str, str]:
    """Of the modules that are loaded when somebody asks for other ways, or when something was hidden."""
    return {
        "title": _("Other ways to reach us"),
        "choose": _("What is it like?"),
        "simple": _("A quick question"),
        "complex": _("Something complicated"),
        "personal": _("It is about personal data"),
        "urgent": _("It is urgent"),
        "best": _("Fits best"),
        "stay": _("Go on here"),
        "close": pgettext("customer", "Close"),
        "card": _("We hid a card number."),
        "iban": _("We hid the number of a bank account."),
        "tax": _("We hid a tax number."),
        "unknown": _("This chat does not know who you are."),
        "safely": _("To share it safely:"),
        "sign_in": _("Sign in on the website, and come back here."),
        "link": _("Have a link sent to your e-mail address, and go on there."),
        "email": pgettext("customer", "Your e-mail address"),
        "send_link": _("Send me a link"),
        "link_sent": _("The link is on its way to {email}."),
        "other": _("Or choose another way:"),
    }


def button_words(title: str) -> dict[str, str]:
    """What stands on the website itself."""
    return {
        "open": pgettext("button on a website", "Chat"),
        "close": _("Close the chat"),
        "unread": _("{count} unread"),
        "title": _("Chat with %(name)s") % {"name": title},
    }
