"""The first run on the terminal: what the first-run page does, for those who work by commands."""

import os
from pathlib import Path

from ancora.config.operations.questions import Question, agrees, answers
from ancora.config.operations.upgrade import is_empty, prepare
from ancora.config.schema import require_current
from ancora.conversations.commands.mailboxes import save_mailbox
from ancora.conversations.forms import MailboxForm
from ancora.conversations.models import Mailbox
from ancora.desk.examples.putting_in import are_examples_here, put_in_examples
from ancora.desk.first_run.forms import OrganisationForm
from ancora.desk.first_run.founding import found_organisation
from ancora.platform.accounts.models import Role, User
from ancora.platform.accounts.queries import current_organisation, is_set_up
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor

STEPS = {
    "incoming": "Signing in to fetch",
    "outgoing": "Signing in to send",
    "sent": "A mail sent to itself",
    "received": "The mail fetched",
    "threaded": "The answer found its conversation",
    "plus_address": "Plus addresses",
    "tidied": "The trial's mails removed",
}


def set_up(options) -> int:
    """Organisation and administrator, unless they are there, then a mailbox that is tried before it is kept, then
    examples if they are wanted; what was done stays when a later step is refused, so that running again goes on."""
    if is_empty():
        print("Preparing the database …", flush=True)
        prepare(quiet=True)
    else:
        require_current()
    if is_set_up():
        print(f"{current_organisation().name} is set up already.")
        administrator = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("id").first()
    else:
        administrator = _found(options)
        print(f"{current_organisation().name} is set up. Sign in as {administrator.email}.")
    code = 0 if options.no_mailbox else _connect(options, administrator)
    if code == 0:
        _offer_examples(options, administrator)
        print("Start Ancora with: ancora run")
    return code


def _found(options) -> User:
    zone, language = _zone_here(), "it" if os.environ.get("LANG", "").startswith("it") else "en"
    questions = [
        Question("name", "organisation", "Name of the organisation"),
        Question("language", "language", "Language", language, choices=("en", "it")),
        Question("time_zone", "time-zone", "Time zone", zone),
        Question("person", "name", "Your name"),
        Question("email", "email", "Your e-mail address"),
        Question("password", "password-file", "Password (at least 10 characters)", secret=True),
    ]
    given = {
        "name": options.organisation,
        "language": options.language,
        "time_zone": options.time_zone,
        "person": options.name,
        "email": options.email,
        "password": _content(options.password_file),
    }
    found = answers(questions, _known(given), _organisation_faults, ask=not options.no_input)
    form = _organisation_form(found)
    form.is_valid()
    return found_organisation(**form.cleaned_data, public_address=options.public_address.rstrip("/"))


def _organisation_form(found: dict) -> OrganisationForm:
    return OrganisationForm(found | {"repeated": found["password"]})


def _organisation_faults(found: dict) -> dict[str, list[str]]:
    errors = _organisation_form(found).errors
    # The password is asked for once; that it is missing is said once.
    return {name: [str(one) for one in errors[name]] for name in errors if name != "repeated"}


def _connect(options, administrator: User) -> int:
    ask = not options.no_input
    if not options.mailbox and (not ask or not agrees("Connect a mailbox now?")):
        if not ask and not Mailbox.objects.exists():
            print("No mailbox is connected. Give --mailbox, or connect one in the settings.")
        return 0
    given = _mailbox_given(options)
    if not given.get("address"):
        given["address"] = answers([Question("address", "mailbox", "Support address")], {}, _no_faults, ask=ask)[
            "address"
        ]

    def faults(found: dict) -> dict[str, list[str]]:
        errors = _mailbox_form(found, administrator).errors
        return {name: [str(one) for one in found_there] for name, found_there in errors.items()}

    found = answers(_mailbox_questions(given["address"]), given, faults, ask=ask)
    form = _mailbox_form(found, administrator)
    form.is_valid()
    if not options.no_trial and not _works(form) and not (ask and agrees("Keep the mailbox as it is?")):
        print("The mailbox was not kept. Correct what failed and run this again.")
        return 1
    save_mailbox(form.instance, teams=[], passwords=form.passwords(), actor=Actor.human(administrator))
    print(f"The mailbox {form.instance.address} is connected.")
    return 0


def _offer_examples(options, administrator: User) -> None:
    if are_examples_here():
        return
    wanted = options.examples or (
        not options.no_input and agrees("Put in a few example cases to try the desk with? They can be deleted again.")
    )
    if wanted:
        cases = put_in_examples(person=administrator)
        print(f"{len(cases)} example cases are in. Nothing written in them is sent; delete them in the settings.")


def _mailbox_questions(address: str) -> list[Question]:
    domain = address.rpartition("@")[2] or "example.com"
    security = ("tls", "starttls", "none")
    return [
        Question("name", "mailbox-name", "Its name, as customers see it", current_organisation().name[:80]),
        Question("imap_host", "imap-host", "IMAP server", f"imap.{domain}"),
        Question("imap_port", "imap-port", "IMAP port", "993"),
        Question("imap_security", "imap-security", "IMAP security", "tls", choices=security),
        Question("imap_user", "imap-user", "IMAP user", address),
        Question("imap_password", "imap-password-file", "IMAP password", secret=True),
        Question("imap_folder", "imap-folder", "Folder", "INBOX"),
        Question("old_mail", "old-mail", "Mail that is there already", "ignore", choices=("ignore", "import")),
        Question("smtp_host", "smtp-host", "SMTP server", f"smtp.{domain}"),
        Question("smtp_port", "smtp-port", "SMTP port", "587"),
        Question("smtp_security", "smtp-security", "SMTP security", "starttls", choices=security),
        Question("smtp_user", "smtp-user", "SMTP user", address),
        Question("smtp_password", "smtp-password-file", "SMTP password (empty: as IMAP)", secret=True),
    ]


def _mailbox_given(options) -> dict[str, str]:
    names = ("host", "port", "security", "user")
    given = {f"{kind}_{name}": getattr(options, f"{kind}_{name}") for kind in ("imap", "smtp") for name in names}
    given |= {f"{kind}_password": _content(getattr(options, f"{kind}_password_file")) for kind in ("imap", "smtp")}
    given |= {"address": options.mailbox, "name": options.mailbox_name}
    return _known(given | {"imap_folder": options.imap_folder, "old_mail": options.old_mail})


def _mailbox_form(found: dict, administrator: User) -> MailboxForm:
    words = found | {"is_active": "on", "has_plus_addressing": "on"}
    words["smtp_password"] = found.get("smtp_password") or found.get("imap_password", "")
    return MailboxForm(words, instance=Mailbox(), viewer=administrator)


def _works(form: MailboxForm) -> bool:
    """Really sends, receives and threads a mail, and prints each step; plus addresses are done without if need be."""
    from ancora.conversations.channels.email.trial import try_mailbox

    mailbox = form.instance
    for name, password in form.passwords().items():
        setattr(mailbox, name, password)
    print(f"Trying {mailbox.address} …", flush=True)
    trial = try_mailbox(mailbox)
    for step in trial.steps:
        print(f"  {'✓' if step.ok else '✗'} {STEPS.get(step.name, step.name)}: {step.message}")
    failed = {step.name for step in trial.steps if not step.ok}
    if failed == {"plus_address"}:
        mailbox.has_plus_addressing = False
        print("  Answers will be recognised by the mail they answer alone.")
    return failed <= {"plus_address"}


def _content(path: Path | None) -> str | None:
    if path is None:
        return None
    try:
        return path.read_text().rstrip("\r\n")
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}. Nothing was changed.") from error


def _known(given: dict) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}


def _no_faults(found: dict) -> dict[str, list[str]]:
    return {}


def _zone_here() -> str:
    """This machine's time zone, as far as it says."""
    target = os.path.realpath("/etc/localtime")
    named = os.environ.get("TZ") or target.partition("zoneinfo/")[2]
    return named if "/" in named and not named.startswith("Etc") else "Europe/Rome"
