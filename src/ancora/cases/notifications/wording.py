"""What is told, in words of the reader's language."""

from django.utils.translation import gettext as _

from ancora.cases.notifications.models import Kind, Notification


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
        case _ if told.message:
            return _("%(who)s wrote in a case you follow") % who
        case _:
            return _("%(who)s left a note in a case you follow") % who


def _who(told: Notification) -> str:
    if told.actor:
        return str(told.actor)
    if told.message:
        return told.message.from_name or told.message.from_address or _("Somebody")
    return _("Ancora")
