"""An administrator writes down when the company is at work; everybody can read the pages."""

import re

import pytest
from playwright.sync_api import expect

from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP


@pytest.fixture
def page(cast, open_page):
    one = open_page(cast.anna, viewport=DESKTOP)
    one.goto("/settings/calendars/")
    return one


def test_calendar_is_written_and_its_days_are_seen_while_it_is_typed(cast, page, look):
    found = check(page, "none", look)
    page.get_by_role("link", name="New calendar").first.click()
    days = page.locator("#preview li")
    expect(days).to_have_count(14)
    page.get_by_label("Name").fill("Workshop")
    page.get_by_label("Friday").fill("late")
    expect(page.locator("#preview")).to_contain_text("Friday: “late” cannot be read")
    found += check(page, "unreadable", look)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field.is-wrong")).to_contain_text("“late” cannot be read; write hours like 09:00–13:00.")
    expect(page.get_by_label("Name")).to_have_value("Workshop")
    found += check(page, "refused", look)

    page.get_by_label("Friday").fill("22:00–06:00")
    expect(page.locator("#preview")).to_contain_text("22:00–06:00")
    page.get_by_label("Public holidays of").select_option("IT")
    region = page.get_by_label("Region")
    expect(region.locator("option", has_text="Torino")).to_have_count(1)
    region.select_option("TO")
    page.get_by_label("Special days").fill("2026-12-24 9–12 Christmas Eve")
    page.get_by_role("button", name="Save").click()
    row = page.locator("tbody tr", has_text="Workshop")
    expect(row).to_contain_text("Italy, Torino")
    expect(row).to_contain_text("the organisation")
    found += check(page, "list", look)
    row.get_by_role("link").click()
    expect(page.get_by_label("Friday")).to_have_value("22:00–06:00")
    expect(page.get_by_label("Special days")).to_have_value("2026-12-24 09:00–12:00 Christmas Eve")
    found += check(page, "calendar", look)
    assert not found, "\n\n".join(found)


def test_what_another_saved_meanwhile_is_seen_after_a_reload_and_what_another_deleted_is_said(cast, page, open_page):
    from ancora.parties.calendar_commands import create_calendar, create_first_calendar
    from ancora.parties.schedule import Schedule
    from ancora.platform.accounts.models import Role
    from ancora.platform.events.actors import SYSTEM

    create_first_calendar("Europe/Rome")
    create_calendar(name="Night", schedule=Schedule("Europe/Rome", ((),) * 7), actor=SYSTEM)
    cast.lena.role = Role.ADMINISTRATOR
    cast.lena.save()
    lena = open_page(cast.lena, viewport=DESKTOP)
    lena.goto("/settings/calendars/")
    lena.get_by_role("link", name="Night").click()
    page.reload()
    page.get_by_role("link", name="Night").click()
    page.get_by_role("button", name="Delete this calendar").click()
    expect(page.locator("#toasts")).to_contain_text("The calendar Night was deleted.")
    lena.get_by_role("button", name="Save").click()
    expect(lena.get_by_role("heading", level=1)).to_have_text("There is nothing here for you")


def test_countries_stand_in_the_language_of_the_page(cast, page):
    cast.anna.language = "it"
    cast.anna.save()
    page.goto("/settings/calendars/new/")
    country = page.locator("#id_country")
    expect(country.locator("option[value=DE]")).to_have_text("Germania")
    names = country.locator("option").all_inner_texts()[1:]
    assert names.index("Germania") < names.index("Svizzera")
    assert re.match("Afghanistan", names[0])
