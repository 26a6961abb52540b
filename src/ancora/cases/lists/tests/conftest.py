from datetime import timedelta
from itertools import count

import pytest

from ancora.cases.models import Case, CaseClocks
from ancora.customers.models import Customer
from ancora.parties.models import Team
from ancora.platform import clock

_numbers = count(90_001)


@pytest.fixture
def many(cast):
    """`many(23)`: so many open cases that differ in everything by which a list can be ordered, some alike in some."""

    def made(number: int) -> list[Case]:
        now = clock.now()
        teams = [Team.objects.get_or_create(name=f"Team {name}")[0] for name in ("B", "a")] + [None]
        people = [cast.lena, None, cast.marco, cast.anna]
        customers = [Customer.objects.create(name=name, created_at=now) for name in ("Zoe", "", "Abel", "Abel")]
        cases = [
            Case(
                reference=next(_numbers),
                customer=customers[one % 4],
                owner=people[one % 4 - one % 3],
                team=teams[one % 3],
                priority=one % 4 + 1,
                subject=f"S{one}",
                opened_at=now - timedelta(hours=one * 7 % 11),
                last_message_at=now - timedelta(hours=one * 5 % 13),
            )
            for one in range(number)
        ]
        Case.objects.bulk_create(cases)
        clocks = [
            CaseClocks(case=case, due_at=now + timedelta(hours=at * 3 % 5) if at % 4 else None)
            for at, case in enumerate(cases)
            if at % 3
        ]
        CaseClocks.objects.bulk_create(clocks)
        return cases

    return made
