"""A million messages to search in: English and Italian, common words and rare ones, written in bounded chunks.

Deterministic. Everyday words of which some stand in a good part of all mails (`ordine`, `order`), and a long tail, so
that the index has as many different words as real mail. A few customers write a lot and most write once; what is old
is done. No events are written: nothing that is measured here reads them.
"""

# ruff: noqa: SIM905  words are read more easily in lines than in lists

import random
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import accumulate, batched

from django.db import connection, transaction

from ancora.cases.models import SavedView, Tag
from ancora.conversations.models import Mailbox
from ancora.parties.models import Membership, Team
from ancora.platform import clock
from ancora.platform.accounts.models import Role, User
from bench import filling, words

CHUNK = 5_000
# So many messages has a case on average.
LENGTHS, LENGTH_WEIGHTS = range(1, 13), (18, 26, 20, 12, 8, 5, 3, 2, 2, 2, 1, 1)
MESSAGES_A_CASE = sum(map(int.__mul__, LENGTHS, LENGTH_WEIGHTS)) / sum(LENGTH_WEIGHTS)
CUSTOMERS_A_CASE = 0.3
DAYS = 730
# One message of ten thousand has it; and one case of a thousand this subject.
RARE, PHRASE = "xylophone", "macchina espresso guasta"

_EVERYDAY = {
    "en": (
        "the to and of a in is it you that for on with this have are not my we was please can order "
        "invoice account delivery password refund payment customer number problem error help thanks "
        "regards since yesterday today still when after before again parcel damaged arrived machine "
        "grinder coffee return label address wrong broken replacement waiting"
    ).split(),
    "it": (
        "il la di che e un per con non sono è in mio ho della ordine fattura consegna rimborso "
        "pagamento cliente numero problema errore aiuto grazie saluti ieri oggi ancora quando dopo "
        "prima pacco danneggiato arrivato macchina macinino caffè reso etichetta indirizzo sbagliato "
        "rotto sostituzione città perché qualità attività spedizione buongiorno cordiali"
    ).split(),
}  # fmt: skip
_FIRST = [*words.FIRST, *"Niccolò José Zoë Giulia Marco Chiara Luca Francesca Matteo Sofia Renée Björn".split()]
_LAST = [*words.LAST, *"Bianchi Ferrari Esposito Müller Nuñez D'Amico Łukasz O'Brien Conti Gallo Fontana".split()]
_TAGS = "reso fattura urgente difetto vip garanzia consegna domanda reclamo newsletter".split()
_STATES = ("resolved", "closed", "spam", "trash")


def fill(messages: int) -> User:
    """About `messages` messages with all that a list and the search read of them; returns an administrator."""
    agent = filling.set_up()
    people, teams, mailboxes, tags = _surroundings(agent)
    dice, cases = random.Random(20_261), round(messages / MESSAGES_A_CASE)
    now = clock.now()
    _customers(dice, round(cases * CUSTOMERS_A_CASE), now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_words'")
        (index,) = cursor.fetchone()
        cursor.execute("DROP INDEX search_words")
        cursor.execute("SET maintenance_work_mem = '512MB'")
    made = _Made(dice, now, cases, people, teams, mailboxes, tags)
    for numbers in batched(range(1, cases + 1), CHUNK):
        _write_chunk(made, numbers)
    with connection.cursor() as cursor:
        cursor.execute(index)
        for name in ("conversations_conversation", "conversations_message", "cases_case"):
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
        # As the database does by itself soon after so many rows.
        cursor.execute("VACUUM ANALYZE")
    return agent


def _surroundings(agent: User) -> tuple:
    """People, teams, mailboxes, tags, and lists that were saved."""
    people = [agent] + [
        User.objects.create_user(f"agent{number}@desk.example", None, name=words.person(number)[0], role=Role.AGENT)
        for number in range(1, 20)
    ]
    teams = [Team.objects.get(), *(Team.objects.create(name=name) for name in ("Billing", "Shipping", "Repairs"))]
    for place, person in enumerate(people[1:]):
        Membership.objects.create(team=teams[place % len(teams)], user=person)
    mailboxes = [Mailbox.objects.get()] + [
        Mailbox.objects.create(name=team.name, address=f"{team.name}@desk.example".lower(), team=team)
        for team in teams[1:]
    ]
    # One that not everybody sees: what is hidden costs a condition.
    mailboxes[-1].teams.add(teams[-1])
    tags = [Tag.objects.create(label=label) for label in _TAGS]
    for conditions in ("is:open tag:reso", "tag:fattura", "is:resolved team:Billing", "owner:me", "before:30d is:open"):
        SavedView.objects.create(label=conditions, conditions=conditions)
    return people, teams, mailboxes, tags


@transaction.atomic
def _customers(dice: random.Random, count: int, now) -> None:
    names = [f"{dice.choice(_FIRST)} {dice.choice(_LAST)}" for _ in range(count)]
    _copy("customers_customer (id, name, language, remark, created_at)", (
        (pk, name, "it", "", now) for pk, name in enumerate(names, 1)
    ))  # fmt: skip
    handles = "customers_handle (customer_id, kind, value, display, verification, created_at, bounce, bounce_reason)"
    _copy(handles, ((pk, "email", address_of(pk), address_of(pk), "weak", now, "", "") for pk in range(1, count + 1)))
    _copy(handles, (
        (pk, "phone", phone_of(pk), phone_of(pk), "none", now, "", "") for pk in range(1, count + 1, 3)
    ))  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), %s)", [count])


def address_of(customer: int) -> str:
    return f"{words.FIRST[customer % len(words.FIRST)]}.{customer * 7919 % 1_000_003}@customers.example".lower()


def phone_of(customer: int) -> str:
    return f"+39{3_200_000_000 + customer * 104_729 % 100_000_000}"


class _Made:
    """Rows of cases by their numbers, in the order of time."""

    def __init__(self, dice, now, cases, people, teams, mailboxes, tags) -> None:
        self._dice, self._now, self._cases = dice, now, cases
        self._people, self._teams, self._mailboxes, self._tags = people, teams, mailboxes, tags
        self._tail = words.vocabulary(30_000)
        self._weights = {
            language: list(accumulate([1 / (place + 8) for place in range(len(everyday) + len(self._tail))]))
            for language, everyday in _EVERYDAY.items()
        }
        self._words = {language: everyday + self._tail for language, everyday in _EVERYDAY.items()}
        self.customers = round(cases * CUSTOMERS_A_CASE)
        self.last_message = 0

    def case(self, number: int) -> tuple[tuple, list[tuple], list[int]]:
        """(the case, its messages, its tags)."""
        dice = self._dice
        language = "it" if number % 2 else "en"
        opened_at = self._now - timedelta(days=DAYS * (1 - number / (self._cases + 1)))
        length = dice.choices(LENGTHS, LENGTH_WEIGHTS)[0]
        # A few write a lot.
        customer = 1 + int(self.customers * dice.random() ** 3)
        subject = f"{self._text(language, dice.randint(3, 8)).capitalize()} {1_000_000 + number}"
        if number % 1000 == 7:
            subject = f"{PHRASE.capitalize()} {number}"
        mailbox = dice.choice(self._mailboxes)
        messages = [self._message(number, place, language, opened_at, customer, subject) for place in range(length)]
        at = messages[-1][-1]
        status = self._status(number)
        row = (
            number, 1000 + number, customer, status, "customer" if status == "waiting" else "",
            dice.choice(self._people).pk if dice.random() < 0.8 else None, mailbox.team_id,
            dice.choice((1, 2, 2, 2, 3, 4)),
            subject, messages[-1][6][:160], [mailbox.pk], opened_at, at,
            at if status in ("resolved", "closed") else None,
        )  # fmt: skip
        tags = dice.sample(self._tags, dice.choice((0, 0, 1, 1, 2)))
        return row, messages, [tag.pk for tag in tags]

    def _status(self, number: int) -> str:
        """The latest are at work, the others done."""
        age = self._cases - number
        if self._dice.random() < (0.5 if age < self._cases * 0.02 else 0.003):
            return self._dice.choice(("open", "open", "open", "waiting"))
        return self._dice.choices(_STATES, (70, 25, 4, 1))[0]

    def _message(self, number: int, place: int, language: str, opened_at, customer: int, subject: str) -> tuple:
        self.last_message += 1
        pk, ours = self.last_message, place % 2 == 1
        at = min(opened_at + timedelta(hours=9 * place), self._now)
        text = self._text(language, self._dice.randint(25, 110))
        if pk % 3 == 0:
            text += f" ORD-{pk * 7919 % 10_000_000:07d}"
        if pk % 10_000 == 77:
            text += f" {RARE}"
        sender = filling.ADDRESS if ours else address_of(customer)
        return (pk, number, "out" if ours else "in", sender, subject, place, text, at)

    def _text(self, language: str, count: int) -> str:
        return " ".join(self._dice.choices(self._words[language], cum_weights=self._weights[language], k=count))


@transaction.atomic
def _write_chunk(made: _Made, numbers: Iterable[int]) -> None:
    cases, messages, tags = [], [], []
    for number in numbers:
        case, written, marked = made.case(number)
        cases.append(case)
        messages += written
        tags += [(number, tag) for tag in marked]
    _copy(
        "conversations_conversation (id, reference, customer_id, mailbox_id, channel, subject, started_at)",
        ((case[0], case[1], case[2], case[10][0], "email", case[8], case[11]) for case in cases),
    )
    _copy(
        "conversations_message (id, direction, from_name, from_address, addresses, subject, text, reply_text,"
        ' signature, html, language, auto, rung, warnings, message_id, "references", sent_at, recorded_at)',
        (
            (pk, direction, "", sender, "{}", subject, text, text, "", "", "", "", "", "[]", f"{pk}@x", "[]", at, at)
            for pk, _case, direction, sender, subject, _place, text, at in messages
        ),
    )
    _copy(
        "conversations_place (message_id, conversation_id, since, actor_kind)",
        ((message[0], message[1], message[7], "system") for message in messages),
    )
    _copy(
        "cases_case (id, reference, customer_id, status, waiting_on, owner_id, team_id, priority, subject, excerpt,"
        " mailbox_ids, opened_at, last_message_at, resolved_at, status_before, channel, language, version)",
        ((*case, "", "email", "", 1) for case in cases),
    )
    _copy("cases_caseconversation (case_id, conversation_id, since)", ((case[0], case[0], case[11]) for case in cases))
    _copy("cases_casetag (case_id, tag_id)", tags)
    _clocks([case for case in cases if case[3] == "open"])
    _index(messages[0][0], messages[-1][0])


def _clocks(cases: list[tuple]) -> None:
    due = ((case[0], "[]", case[12] + timedelta(hours=case[0] % 72), 0, 1) for case in cases if case[0] % 4)
    _copy("cases_caseclocks (case_id, hands, due_at, as_of, revision)", due)


_WORDS = r"""
INSERT INTO conversations_searchentry (message_id, words) SELECT id, search_words(
    subject || E'\n' || text ||
    CASE WHEN id %% 10 = 0 THEN ' fattura-' || id || '.pdf fattura ' || id || ' pdf' ELSE '' END
) FROM conversations_message WHERE id BETWEEN %s AND %s
"""


def _index(first: int, last: int) -> None:
    """Words of subject, text, and the name of the file that every tenth has."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [first, last])


def _copy(into: str, rows: Iterable[tuple] | Iterator[tuple]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
