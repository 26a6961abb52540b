"""Sends a mail to the running demo, as a customer's mail program would."""

import json
import smtplib
import sys
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path


def send(home: Path, options) -> int:
    """One mail over SMTP; exit code 1 with a plain line when the demo is not there to take it."""
    try:
        state = json.loads((home / "demo.json").read_text())
    except FileNotFoundError:
        print(f"There is no demo in {home}. Start one with: ancora demo", file=sys.stderr)
        return 1
    mail = EmailMessage()
    mail["From"], mail["Date"] = options.sender, formatdate()
    mail["To"], mail["Subject"] = options.to or state["address"], options.subject
    mail["Message-ID"] = make_msgid(domain="customers.example")
    mail.set_content(options.text)
    if options.reply_to_case and not _thread(mail, home, options):
        return 1
    try:
        with smtplib.SMTP("127.0.0.1", state["smtp_port"], timeout=10) as server:
            server.send_message(mail)
    except OSError as error:
        print(f"The demo's mail server does not answer ({error}). Is the demo running?", file=sys.stderr)
        return 1
    print(f"Sent to {mail['To']}.")
    return 0


def _thread(mail: EmailMessage, home: Path, options) -> bool:
    """Make `mail` the answer to our last mail in the case; False, with a line, when there is none."""
    from ancora.config.start import loaded

    with loaded(home):
        from ancora.cases.queries import last_mailed_in

        last = last_mailed_in(options.reply_to_case)
        if last is None:
            print(f"In case #{options.reply_to_case} no mail was sent yet that could be answered.", file=sys.stderr)
            return False
        message, reply_address = last
        mail["In-Reply-To"] = mail["References"] = f"<{message.message_id}>"
        mail.replace_header("To", reply_address)
        if not options.subject:
            mail.replace_header("Subject", message.subject)
    return True
