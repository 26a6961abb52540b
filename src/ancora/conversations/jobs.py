"""What the worker does for conversations, besides reading what arrives."""

from ancora.platform.jobs import job, periodic


@job()
def send_outgoing(outgoing_id: int) -> None:
    """Try once to hand an outgoing message to its server; what remains to be done is enqueued again."""
    from ancora.conversations.commands.send import send

    send(outgoing_id)


@periodic("* * * * *")
def rescue_stuck() -> None:
    """Each minute: messages whose worker died, queued ones without a job, jobs of workers that are gone."""
    from ancora.conversations.commands.rescue import rescue

    rescue()


@periodic("41 3 * * *")
def forget_unsent_files() -> None:
    """Each night: files that were laid into a composer a week ago."""
    from ancora.conversations.commands.draft_files import forget_draft_files

    forget_draft_files()


@periodic("* * * * *")
def watch_over_mail() -> None:
    """Each minute: whether mail is fetched, read and sent, and whether administrators must be told."""
    from ancora.conversations.commands.alerting import watch_over

    watch_over()


@periodic("* * * * *")
def look_after_chats() -> None:
    """Each minute: lines that nobody read go by mail, and sessions in which nobody writes any more end."""
    from ancora.conversations.chats.commands.here import note_gone
    from ancora.conversations.chats.commands.mailing import mail_unread_lines
    from ancora.conversations.chats.commands.silence import end_silent_chats

    note_gone()
    mail_unread_lines()
    end_silent_chats()
