"""What the desk's templates draw by `{% load desk %}`."""

from uuid import uuid4

from django import template
from django.utils.translation import get_language_info

from ancora.cases.notifications import queries
from ancora.cases.notifications.wording import words_of
from ancora.cases.queries import drafted_among
from ancora.cases.queries.chat_desk import chat_desk
from ancora.cases.sharing.queries import drafts_shared_in
from ancora.conversations.judging import blocked
from ancora.desk import clocks, doubts, drawing, prose, sidebar, sizes
from ancora.desk.chats.drawing import state_words
from ancora.desk.lists.drawing import heads_of, shaped_rows
from ancora.desk.sharing.reading import moment, shown_text
from ancora.platform import clock
from ancora.platform.addresses import shown_address
from ancora.platform.keys import sign

register = template.Library()
register.filter("paragraphs", prose.paragraphs)
register.filter("evidence", doubts.evidence_of)
register.filter("clocks", clocks.clocks_of)
register.filter("size", sizes.spoken_size)
register.filter("capped", sizes.capped)
register.filter("shown_address", shown_address)
register.filter("told", words_of)
register.filter("moment", moment)
register.simple_tag(sidebar.lines)


@register.filter
def typed(composer):
    """The text of a draft that is read, not written."""
    return shown_text(composer.text, is_html=composer.format == "html")


@register.simple_tag(takes_context=True)
def drafts_shared(context, case):
    """The drafts of colleagues in the case that are shared with who looks; one query."""
    return drafts_shared_in(context["user"], case)


@register.filter
def waited(seconds: float | None) -> str:
    """1:05 for 65 seconds; a dash where there is none."""
    return "–" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02}"


@register.simple_tag(takes_context=True)
def my_chat_desk(context):
    """The chats of who looks, and who waits; two queries, one for who has none."""
    return chat_desk(context["user"])


@register.simple_tag
def line_words() -> dict[str, str]:
    """How far a line of a chat has got, in words, by state."""
    return state_words()


@register.simple_tag
def new_key() -> str:
    """What makes a form that is posted twice be one."""
    return str(uuid4())


@register.simple_tag(takes_context=True)
def unread_count(context) -> int:
    """How much stands unread under the bell; one query."""
    return queries.unread_count(context["user"])


@register.simple_tag(takes_context=True)
def push_mark(context) -> str:
    """Tells scripts whether another person, or the same anew, has signed in since they last looked."""
    person = context["user"].pk
    return f"{person}.{sign('push', f'{person}:{context["request"].session.session_key}')}"


@register.simple_tag(takes_context=True)
def case_rows(context, cases, shelf, headings=None, is_update=False):
    viewer = context["user"]
    given = {"drafted": drafted_among(viewer, cases), "picks": viewer.is_agent, "is_update": is_update}
    return shaped_rows(cases, shelf.query, shelf.shape, headings=headings or {}, **given)


@register.filter
def heads(shape):
    return heads_of(shape)


@register.simple_tag(takes_context=True)
def hit_rows(context, hits):
    return drawing.hits(hits, picks=context["user"].is_agent)


@register.simple_tag
def other_cases(cases):
    return drawing.others(cases)


@register.simple_tag
def drawn_at() -> str:
    """This moment, as a form gives it back: what came later was not on the screen."""
    return clock.now().isoformat()


@register.simple_tag(takes_context=True)
def timeline_entries(context, entries):
    return drawing.entries(context["user"], entries)


@register.simple_tag
def block_of(address: str) -> int | None:
    """The block that a mail address is under."""
    return blocked(address)


@register.filter
def language(code: str) -> str:
    """The name of a language in the reader's language; an unknown code stays."""
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code
