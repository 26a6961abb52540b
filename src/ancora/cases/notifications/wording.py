"""What is told, in words of the reader's language."""

from django.utils.translation import gettext as _

from ancora.cases.notifications.models import Kind, Notification, what_became_of


def words_of(told: Notification) -> str:
    """Who did what: the number and the subject of the case stand beside it."""
    who = {"who": _who(told)}
    match told.kind:
        case Kind.ASSIGNED:
            return _("%(who)s made the case yours") % who if told.actor else _("The case is yours now")
        case Kind.MENTIONED:
            return _("%(who)s mentioned you in a note") % who
        case Kind.ANSWERED:
            return _("%(who)s wrote in your case") % who
        case Kind.NOTED:
            return _("%(who)s left a note in your case") % who
        case Kind.RULE_PAUSED:
            return _("The rule “%(name)s” is paused: it ran too often") % {"name": told.rule}
        case Kind.SHARED:
            return _("%(who)s shares a draft with you") % who
        case Kind.DRAFTED if told.message_id or told.note_id:
            return _("%(who)s sent your draft") % who
        case Kind.DRAFTED:
            return _("%(who)s gave your draft back") % who
        case Kind.ESCALATED:
            return _("Nobody could take the case so far: it waits for an owner")
        case Kind.TASKED | Kind.TASK_NEWS:
            return _of_task(told)
        case Kind.WOKEN:
            return _("The case is back: it waited until now")
        case Kind.UNSENT:
            return _of_unsent(told)
        case _ if told.message:
            return _("%(who)s wrote in a case you follow") % who
        case _:
            return _("%(who)s left a note in a case you follow") % who


def _of_task(told: Notification) -> str:
    named = {"who": _who(told), "title": told.task}
    if told.kind == Kind.TASKED:
        if told.task.team:
            return _("%(who)s gave %(team)s a task: %(title)s") % {**named, "team": told.task.team}
        return _("%(who)s gave you a task: %(title)s") % named
    match what_became_of(told):
        case "done":
            return _("%(who)s has done the task: %(title)s") % named
        case "cancelled":
            return _("%(who)s cancelled the task: %(title)s") % named
        case "due":
            return _("%(who)s changed when the task is due: %(title)s") % named
        case "late":
            return _("The task is late: %(title)s") % named
        case "comment":
            return _("%(who)s commented on the task: %(title)s") % named
        case _:
            return _("%(who)s answered about the task: %(title)s") % named


def _of_unsent(told: Notification) -> str:
    match what_became_of(told):
        case "answered":
            return _("Your message was not sent, because an answer came: it is a draft again")
        case "trash":
            return _("Your message was not sent, because the case was in the trash: it is a draft again")
        case "spam":
            return _("Your message was not sent, because the case was in spam: it is a draft again")
        case "bounced":
            return _("Your message came back")
        case "unknown":
            return _("Nobody knows whether your message arrived")
        case _:
            return _("Your message was not sent")


def _who(told: Notification) -> str:
    if told.actor:
        return str(told.actor)
    if told.message:
        return told.message.from_name or told.message.from_address or _("Somebody")
    return _("Ancora")
