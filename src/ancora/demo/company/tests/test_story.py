from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from ancora.demo.company import (
    AgentReply,
    Company,
    CustomerMail,
    HandedOver,
    Note,
    PrioritySet,
    Resolved,
    Tagged,
    story,
)
from ancora.demo.company.opening_hours import ROME, working
from ancora.demo.company.wording import dated

NOW = datetime(2026, 11, 19, 15, 20, tzinfo=UTC)
MOMENTS = [
    NOW,
    datetime(2026, 11, 22, 3, 34, tzinfo=UTC),
    datetime(2027, 1, 4, 7, 31, tzinfo=UTC),
    datetime(2027, 4, 3, 11, 0, tzinfo=UTC),
    datetime(2027, 8, 30, 22, 59, tzinfo=UTC),
]
LIVE = ("open", "waiting_customer", "waiting_third_party", "waiting_us")


@pytest.fixture(scope="module", params=MOMENTS, ids=lambda moment: moment.strftime("%a-%H%M"))
def company(request: pytest.FixtureRequest) -> Company:
    return story(request.param)


def test_story_is_the_same_at_every_run() -> None:
    assert story(NOW) == story(NOW)


def test_words_stay_when_the_day_is_another() -> None:
    def words(company: Company) -> dict[str, list[str]]:
        return {case.key: [type(step).__name__ for step in case.steps if _is_worded(step)] for case in company.cases}

    assert words(story(NOW)) == words(story(NOW + timedelta(days=200, hours=9)))


def test_company_is_as_large_as_promised(company: Company) -> None:
    statuses = Counter(case.status for case in company.cases)
    live = [case for case in company.cases if case.status in LIVE]
    assert len(company.cases) == 150
    assert 38 <= len(company.customers) <= 44
    assert 55 <= len(live) <= 65
    assert 10 <= sum(case.owner == company.demo_person for case in live) <= 14
    assert 8 <= sum(case.owner is None for case in live) <= 11
    assert 10 <= len(live) - statuses["open"] <= 14
    assert (statuses["resolved"], statuses["closed"], statuses["spam"], statuses["trash"]) == (38, 49, 1, 2)


def test_both_languages_have_half(company: Company) -> None:
    for counted in (Counter(case.language for case in company.cases), _languages(company)):
        assert abs(counted["it"] - counted["en"]) <= len(company.cases) * 0.1


def test_every_step_lies_within_sixty_days(company: Company) -> None:
    times = [step.at for _, step in company.steps()]
    assert times == sorted(times)
    assert all(time.utcoffset() == timedelta(0) for time in times)
    assert company.now - timedelta(days=60) <= times[0]
    assert times[-1] <= company.now


def test_steps_of_a_case_keep_their_order(company: Company) -> None:
    played: dict[int, list] = {}
    for index, step in company.steps():
        played.setdefault(index, []).append(step)
    assert all(tuple(played[index]) == case.steps for index, case in enumerate(company.cases))


def test_newest_mail_is_from_the_last_hour_awake(company: Company) -> None:
    mails = [step.at for _, step in company.steps() if isinstance(step, CustomerMail)]
    assert company.now - mails[-1] < timedelta(hours=9)
    assert sum(company.now - at < timedelta(hours=33) for at in mails) >= 9


def test_agents_work_in_opening_hours(company: Company) -> None:
    for _, step in company.steps():
        if isinstance(step, AgentReply | Note | HandedOver | Resolved):
            hours = working(step.at.astimezone(ROME).date())
            assert hours, step
            assert hours[0] <= step.at.astimezone(ROME).time(), step
            # Setting tags and priority takes an agent a few moments more than the day has.
            assert (step.at.astimezone(ROME) - timedelta(minutes=3)).time() <= hours[1], step


def test_no_two_cases_begin_with_the_same_text(company: Company) -> None:
    assert len({case.steps[0].written for case in company.cases}) == len(company.cases)
    assert len({case.subject for case in company.cases}) == len(company.cases)


def test_no_placeholder_is_left(company: Company) -> None:
    for _, step in company.steps():
        assert "{" not in getattr(step, "text", "") + getattr(step, "subject", "") + getattr(step, "why", "")


def test_steps_name_only_known_people_tags_and_outcomes(company: Company) -> None:
    teams = {team.name for team in company.teams}
    for case in company.cases:
        assert case.customer in company.customers or case.status == "spam"
        for step in case.steps:
            person = getattr(step, "person", None)
            assert person is None or company.people[person].role != "observer"
            if isinstance(step, Tagged):
                assert set(step.tags) <= set(company.tags)
            if isinstance(step, Resolved):
                assert step.outcome in company.outcomes
            if isinstance(step, HandedOver):
                assert step.team in teams
                assert step.to is None or step.team in company.people[step.to].teams


def test_every_priority_and_outcome_is_used(company: Company) -> None:
    steps = [step for _, step in company.steps()]
    assert {step.priority for step in steps if isinstance(step, PrioritySet)} == {"low", "high", "urgent"}
    assert {step.outcome for step in steps if isinstance(step, Resolved)} == set(company.outcomes)


def test_special_threads_are_there(company: Company) -> None:
    cases = {case.key: case for case in company.cases}
    assert _messages(cases["third-repair-anger"]) >= 8
    assert sum(isinstance(step, HandedOver) for step in cases["third-repair-anger"].steps) >= 3
    assert _messages(cases["bnb-planning"]) >= 15
    assert [step.auto for step in cases["out-of-office"].steps if isinstance(step, CustomerMail)] == ["", "reply"]
    assert "bounce" in [step.auto for step in cases["mailbox-full"].steps if isinstance(step, CustomerMail)]
    assert any(attachment.is_inline for attachment in cases["corriere-rotto"].steps[0].attachments)


def test_italian_dates_are_elided_before_a_vowel() -> None:
    at = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)
    assert dated("del {d}, il {d-3}, al {d+1}", at, "it") == "dell'11 novembre, l'8 novembre, al 12 novembre"


def test_weekday_in_words_is_never_a_sunday() -> None:
    saturday = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    assert dated("{w+1} {w}", saturday, "en") == "Monday Saturday"


def test_attachments_have_plain_names(company: Company) -> None:
    steps = [step for _, step in company.steps() if isinstance(step, CustomerMail | AgentReply)]
    names = [attachment.name for step in steps for attachment in step.attachments]
    assert len(names) >= 30
    assert all(name.endswith((".png", ".pdf", ".csv")) for name in names)


def _is_worded(step: object) -> bool:
    return isinstance(step, CustomerMail | AgentReply | Note | HandedOver)


def _languages(company: Company) -> Counter:
    return Counter(customer.language for customer in company.customers.values())


def _messages(case: object) -> int:
    return sum(isinstance(step, CustomerMail | AgentReply) for step in case.steps)
