"""When it is open, and when so much work is done: a table of cases, and every minute counted by hand."""

import time as watch
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ancora.parties.working_time import ROUND_THE_CLOCK, Hours, NotReached, WorkingTime

ROME, NEW_YORK = ZoneInfo("Europe/Rome"), ZoneInfo("America/New_York")
NINE_TO_SIX = (Hours(9 * 60, 18 * 60),)
CHRISTMAS_EVE, CHRISTMAS = date(2026, 12, 24), date(2026, 12, 25)
OFFICE = WorkingTime(ROME, (NINE_TO_SIX,) * 5 + ((), ()), {CHRISTMAS_EVE: (Hours(540, 720),)}, {CHRISTMAS})
SPLIT = WorkingTime(ROME, ((Hours(540, 780), Hours(840, 1080)),) * 5 + ((), ()))
NIGHT = WorkingTime(ROME, ((),) * 4 + ((Hours(22 * 60, 30 * 60),), (), ()))
ALWAYS = WorkingTime(ROME, ROUND_THE_CLOCK)
EARLY = WorkingTime(ROME, ((),) * 6 + ((Hours(60, 210),),))
HALF_PAST_TWO = WorkingTime(ROME, ((),) * 6 + ((Hours(150, 240),),))
NEVER = WorkingTime(ROME, ((),) * 7)


def rome(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ROME)


@pytest.mark.parametrize(
    ("calendar", "moment", "minutes", "due"),
    [
        (OFFICE, "2026-11-23 10:00", 60, "2026-11-23 11:00"),
        (OFFICE, "2026-11-23 17:00", 60, "2026-11-23 18:00"),
        (OFFICE, "2026-11-23 17:00", 61, "2026-11-24 09:01"),
        (OFFICE, "2026-11-21 12:00", 1, "2026-11-23 09:01"),
        (OFFICE, "2026-11-21 12:00", 0, "2026-11-21 12:00"),
        (OFFICE, "2026-12-23 17:30", 240, "2026-12-28 09:30"),
        (OFFICE, "2026-11-02 09:00", 400 * 60, "2027-01-05 10:00"),
        (SPLIT, "2026-11-23 12:30", 60, "2026-11-23 14:30"),
        (SPLIT, "2026-11-23 13:00", 30, "2026-11-23 14:30"),
        (NIGHT, "2026-11-27 23:00", 4 * 60, "2026-11-28 03:00"),
        (NIGHT, "2026-11-28 05:00", 2 * 60, "2026-12-04 23:00"),
        # 29 March 2026: 02:00 becomes 03:00; 25 October: 03:00 becomes 02:00.
        (NIGHT, "2026-03-27 22:00", 8 * 60, "2026-03-28 06:00"),
        (ALWAYS, "2026-03-29 00:00", 24 * 60, "2026-03-30 01:00"),
        (ALWAYS, "2026-10-25 00:00", 24 * 60, "2026-10-25 23:00"),
        (HALF_PAST_TWO, "2026-03-29 00:00", 30, "2026-03-29 03:30"),
        (HALF_PAST_TWO, "2026-03-29 00:00", 61, "2026-04-05 02:31"),
        # 02:30 to 03:00, then again from 02:30 until 04:00.
        (HALF_PAST_TWO, "2026-10-25 00:00", 60, "2026-10-25 03:00"),
    ],
)
def test_work_is_due(calendar, moment, minutes, due):
    assert calendar.due(rome(moment), timedelta(minutes=minutes)) == rome(due)


@pytest.mark.parametrize(
    ("calendar", "moment", "opens"),
    [
        (OFFICE, "2026-11-23 08:59", "2026-11-23 09:00"),
        (OFFICE, "2026-11-23 09:00", "2026-11-23 09:00"),
        (OFFICE, "2026-11-23 17:59", "2026-11-23 17:59"),
        (OFFICE, "2026-11-23 18:00", "2026-11-24 09:00"),
        (OFFICE, "2026-12-24 12:00", "2026-12-28 09:00"),
        (NIGHT, "2026-11-28 05:59", "2026-11-28 05:59"),
        (NIGHT, "2026-11-28 06:00", "2026-12-04 22:00"),
        (NEVER, "2026-11-28 06:00", None),
    ],
)
def test_next_opening(calendar, moment, opens):
    assert calendar.next_opening(rome(moment)) == (opens and rome(opens))


@pytest.mark.parametrize(
    ("calendar", "moment", "closes"),
    [
        (OFFICE, "2026-11-23 10:00", "2026-11-23 18:00"),
        (OFFICE, "2026-11-23 18:00", "2026-11-23 18:00"),
        (NIGHT, "2026-11-27 23:00", "2026-11-28 06:00"),
        (WorkingTime(ROME, ((Hours(0, 1440),),) * 5 + ((), ())), "2026-11-23 10:00", "2026-11-28 00:00"),
        (ALWAYS, "2026-11-23 10:00", None),
        (NEVER, "2026-11-23 10:00", "2026-11-23 10:00"),
    ],
)
def test_next_closing(calendar, moment, closes):
    assert calendar.next_closing(rome(moment)) == (closes and rome(closes))


@pytest.mark.parametrize(
    ("calendar", "since", "until", "hours"),
    [
        (OFFICE, "2026-11-23 00:00", "2026-11-30 00:00", 45),
        (OFFICE, "2026-12-21 00:00", "2026-12-28 00:00", 30),
        (OFFICE, "2026-11-21 00:00", "2026-11-23 09:00", 0),
        (SPLIT, "2026-11-23 12:00", "2026-11-23 15:00", 2),
        (ALWAYS, "2026-03-29 00:00", "2026-03-30 00:00", 23),
        (ALWAYS, "2026-10-25 00:00", "2026-10-26 00:00", 25),
        # Open 01:00–03:30 by the wall: the repeated hour counts twice, the missing one not at all.
        (EARLY, "2026-10-25 00:00", "2026-10-26 00:00", 3.5),
        (EARLY, "2026-03-29 00:00", "2026-03-30 00:00", 1.5),
        (NEVER, "2026-01-01 00:00", "2027-01-01 00:00", 0),
    ],
)
def test_working_time_between(calendar, since, until, hours):
    assert calendar.between(rome(since), rome(until)) == timedelta(hours=hours)


def test_hours_belong_to_the_day_on_which_they_begin():
    weekend_off = WorkingTime(ROME, NIGHT.week, {}, {date(2026, 11, 28)})
    assert weekend_off.is_open(rome("2026-11-28 05:00"))
    friday_off = WorkingTime(ROME, NIGHT.week, {}, {date(2026, 11, 27)})
    assert not friday_off.is_open(rome("2026-11-28 05:00"))


def test_special_hours_win_over_a_public_holiday():
    open_at_christmas = WorkingTime(ROME, OFFICE.week, {CHRISTMAS: (Hours(600, 660),)}, OFFICE.closed)
    assert open_at_christmas.is_open(rome("2026-12-25 10:30"))
    assert not open_at_christmas.is_open(rome("2026-12-25 11:00"))


def test_day_that_a_zone_left_out_is_nobodys():
    # Samoa went from 29 to 31 December 2011.
    apia = WorkingTime(ZoneInfo("Pacific/Apia"), ROUND_THE_CLOCK)
    start = datetime(2011, 12, 29, tzinfo=ZoneInfo("Pacific/Apia"))
    end = datetime(2012, 1, 1, tzinfo=ZoneInfo("Pacific/Apia"))
    assert apia.between(start, end) == timedelta(hours=48)


def test_summer_of_one_week_is_seen():
    # Boa Vista, October 2000: summer time from the 8th at 04:00 UTC to the 15th at 03:00 UTC.
    noon = WorkingTime(ZoneInfo("America/Boa_Vista"), ((Hours(720, 780),),) * 7)
    openings = noon.openings(datetime(2000, 10, 8, 3, 30, tzinfo=UTC))
    assert [next(openings).start.hour for _ in range(9)] == [15] * 7 + [16] * 2


def test_what_is_never_reached_is_said():
    with pytest.raises(NotReached):
        NEVER.due(rome("2026-11-23 10:00"), timedelta(minutes=1))
    rarely = WorkingTime(ROME, ((Hours(0, 1),), *((),) * 6))
    with pytest.raises(NotReached):
        rarely.due(rome("2026-11-23 10:00"), timedelta(hours=5))


def test_bad_questions_are_refused():
    moment = rome("2026-11-23 10:00")
    for ask in (
        lambda: OFFICE.due(moment, timedelta(minutes=-1)),
        lambda: OFFICE.between(moment, moment - timedelta(seconds=1)),
        lambda: OFFICE.is_open(datetime(2026, 11, 23)),  # noqa: DTZ001
        lambda: OFFICE.is_open(datetime.min.replace(tzinfo=NEW_YORK)),
        lambda: OFFICE.due(datetime.max.replace(tzinfo=NEW_YORK), timedelta(minutes=1)),
        lambda: WorkingTime(ROME, (NINE_TO_SIX,) * 6),
        lambda: WorkingTime(ROME, ((Hours(600, 540),),) * 7),
    ):
        with pytest.raises(ValueError):
            ask()


def test_four_hundred_hours_are_no_walk_by_the_minute():
    began = watch.process_time()
    for _ in range(20):
        OFFICE.due(rome("2026-01-05 10:00"), timedelta(hours=400))
    assert (watch.process_time() - began) / 20 < 0.02


ZONES = [
    "Europe/Rome",
    "America/New_York",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "America/St_Johns",
]
# Near these days one of the zones changes its clock.
CHANGES = [
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 3, 8),
    date(2026, 11, 1),
    date(2026, 2, 15),
    date(2026, 3, 22),
    date(2026, 4, 5),
    date(2026, 10, 4),
    date(2011, 12, 30),
    date(2010, 11, 7),
    date(2026, 7, 1),
]


@st.composite
def hours(draw) -> Hours:
    start = draw(st.one_of(st.integers(0, 1439), st.sampled_from([0, 60, 120, 150, 540, 1320])))
    return Hours(start, start + draw(st.one_of(st.integers(1, 1440), st.sampled_from([60, 480, 1440]))))


days_hours = st.lists(hours(), max_size=3).map(tuple)


@st.composite
def questions(draw) -> tuple[WorkingTime, datetime, int]:
    near = draw(st.sampled_from(CHANGES))
    around = st.integers(-3, 3).map(lambda days: near + timedelta(days=days))
    calendar = WorkingTime(
        ZoneInfo(draw(st.sampled_from(ZONES))),
        draw(st.tuples(*[days_hours] * 7)),
        draw(st.dictionaries(around, days_hours, max_size=2)),
        draw(st.frozensets(around, max_size=2)),
    )
    moment = datetime(near.year, near.month, near.day, tzinfo=UTC) + timedelta(minutes=draw(st.integers(-2880, 2880)))
    return calendar, moment, draw(st.integers(0, 2000))


def shows(calendar: WorkingTime, moment: datetime) -> bool:
    """The oracle: what the clock on the wall shows, looked up by hand."""
    here = moment.astimezone(calendar.zone)
    minute = here.hour * 60 + here.minute
    for day, at in ((here.date(), minute), (here.date() - timedelta(days=1), minute + 1440)):
        own = calendar.special.get(day, () if day in calendar.closed else calendar.week[day.weekday()])
        if any(start <= at < end for start, end in own):
            return True
    return False


@settings(max_examples=150)
@given(questions())
@example((EARLY, datetime(2026, 10, 24, 22, tzinfo=UTC), 210))
@example((WorkingTime(ZoneInfo("America/St_Johns"), ROUND_THE_CLOCK), datetime(2010, 11, 7, 2, tzinfo=UTC), 90))
def test_every_answer_is_that_of_counting_minutes(question):
    calendar, moment, minutes = question
    minute = timedelta(minutes=1)
    walk = [moment + number * minute for number in range(3 * 1440)]
    seen = [shows(calendar, one) for one in walk]
    for one, is_open in zip(walk[::17], seen[::17], strict=True):
        assert calendar.is_open(one) == is_open
    if True in seen:
        assert calendar.next_opening(moment) == walk[seen.index(True)]
    if False in seen:
        assert calendar.next_closing(moment) == walk[seen.index(False)]
    assert calendar.between(moment, walk[-1]) == sum(seen[:-1]) * minute
    if 0 < minutes <= sum(seen):
        last = [at for at, is_open in enumerate(seen) if is_open][minutes - 1]
        assert calendar.due(moment, minutes * minute) == walk[last] + minute


@given(questions(), st.integers(0, 59_999_999))
def test_due_and_between_undo_each_other_to_the_microsecond(question, more):
    calendar, moment, minutes = question
    moment += timedelta(microseconds=more)
    duration = timedelta(minutes=minutes, microseconds=more // 7)
    try:
        due = calendar.due(moment, duration)
    except NotReached:
        return
    assert calendar.between(moment, due) == duration
