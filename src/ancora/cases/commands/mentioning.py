"""Colleagues who are named by @ in a note: `<span data-mention="7">@Lena Vogt</span>`."""

import re
from html import escape

from ancora.cases.commands.following import follow_case
from ancora.cases.models import Case, Note
from ancora.cases.notifications.models import Mention
from ancora.cases.queries.people import people_who_see
from ancora.conversations.channels.email.writing import ATTRIBUTES, TAGS, cleaned
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor

MOST_MENTIONED = 50
_MENTION = re.compile(r'<span data-mention="([1-9]\d{0,17})">(.*?)</span>', re.DOTALL)
_TAGS, _ATTRIBUTES = TAGS | {"span"}, {**ATTRIBUTES, "span": {"data-mention"}}


def note_html(html: str) -> tuple[str, list[int]]:
    """What a note may hold, and whom it mentions. Whoever is mentioned stands there by their own name; who does not
    work here is only words."""
    clean = cleaned(html, _TAGS, _ATTRIBUTES, ())
    wanted = {int(pk) for pk, _words in _MENTION.findall(clean)}
    people = User.objects.filter(pk__in=wanted, is_active=True).in_bulk() if wanted else {}
    found = list(people)[:MOST_MENTIONED]

    def named(match: re.Match) -> str:
        person = people.get(int(match[1]))
        return f'<span data-mention="{person.pk}">@{escape(str(person))}</span>' if person else match[2]

    return (cleaned(_MENTION.sub(named, clean), _TAGS, _ATTRIBUTES, ()) if wanted else clean), found


def mention(note: Note, case: Case, person_ids: list[int], *, author: User) -> None:
    """Remember whom a note mentions; those who may see the case follow it from now on."""
    if not person_ids:
        return
    Mention.objects.bulk_create([Mention(note=note, person_id=pk) for pk in person_ids])
    for person in people_who_see(case).filter(pk__in=person_ids).exclude(pk=author.pk):
        follow_case(case, person=person, actor=Actor.human(author))
