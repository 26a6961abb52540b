"""Public holidays are those of a place, in the reader's language where it is known."""

import logging
from datetime import date

import pytest

from ancora.parties.public_holidays import PublicHolidays, countries, holidays_of, regions


@pytest.mark.parametrize(
    ("country", "region", "day", "is_holiday"),
    [
        ("IT", "", date(2026, 4, 25), True),
        ("IT", "", date(2026, 4, 24), False),
        ("IT", "TO", date(2026, 6, 24), True),
        ("IT", "MI", date(2026, 6, 24), False),
        ("IT", "MI", date(2026, 12, 7), True),
        ("US", "", date(2026, 11, 26), True),
        ("", "", date(2026, 12, 25), False),
    ],
)
def test_day_is_a_holiday_of_its_place(country, region, day, is_holiday):
    assert (day in PublicHolidays(country, region)) == is_holiday


@pytest.mark.parametrize(
    ("country", "language", "name"),
    [("IT", "it", "Natale"), ("IT", "en", "Christmas Day"), ("DE", "it", "Erster Weihnachtstag")],
)
def test_name_is_in_the_language_or_in_that_of_the_country(country, language, name):
    assert holidays_of(country, "", 2026, language)[date(2026, 12, 25)] == name


def test_region_that_is_known_no_more_leaves_the_holidays_of_the_country(caplog):
    with caplog.at_level(logging.WARNING, logger="ancora.calendars"):
        assert date(2026, 12, 25) in PublicHolidays("IT", "Atlantis")
    assert "Atlantis" in caplog.text


def test_every_country_can_be_chosen_and_fits_its_field():
    assert len(countries()) > 200
    assert ("TT", "Trinidad and Tobago") in countries()
    for code, _name in countries():
        assert len(code) == 2
        assert all(len(region) <= 40 for region, _name in regions(code))


def test_regions_have_names():
    assert ("TO", "Torino") in regions("IT")
    assert regions("QQ") == []
