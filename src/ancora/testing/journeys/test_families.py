"""Two matters in one case are split while a colleague looks on; one problem of many cases is answered once."""

import pytest
from playwright.sync_api import expect

from ancora.cases.bulk.tests.conftest import cases
from ancora.cases.models import Case
from ancora.desk.tests.conftest import letter, shop
from ancora.testing.journeys.looks import check
from ancora.testing.journeys.steps import DESKTOP, LIVE_MS

__all__ = ["cases", "shop"]


def listening(page) -> None:
    expect(page.locator("body")).to_have_attribute("data-live-state", "on")


@pytest.fixture
def continued(shop, arrive):
    """Carla's case with three mails; gives its number."""
    for number, text in enumerate(["Where is my invoice?", "The seal, please."], 1):
        mail = letter(subject="Re: The grinder leaks", text=text, message_id=f"<more{number}@example.org>")
        mail["In-Reply-To"] = "<first@example.org>"
        arrive(mail, shop.mailbox)
    return shop.case.reference


def test_second_matter_is_split_off_and_brought_back(cast, continued, site, open_page, look):
    lena, anna = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.anna))
    for page in (lena, anna):
        page.goto(f"/cases/{continued}/", timeout=60_000)
        listening(page)
    lena.keyboard.press("s")
    boxes = lena.locator("#timeline .splits")
    expect(boxes).to_have_count(3)
    expect(boxes.nth(2)).to_be_focused()
    boxes.nth(1).focus()
    lena.keyboard.press("Space")
    expect(lena.locator("#split-bar")).to_contain_text("1 chosen")
    found = check(lena, "choosing", look)
    lena.get_by_role("button", name="Show what goes where").click()
    expect(lena.locator(".part :checked")).to_have_count(1)
    found += check(lena, "split", look)
    anna.goto(f"{lena.url}")
    lena.get_by_label("Subject").fill("The invoice")
    lena.get_by_role("button", name="Split off as a new case").click()
    expect(lena.locator("#subject")).to_have_text("The invoice")
    expect(lena.locator("#timeline .message")).to_contain_text("Where is my invoice?")
    expect(lena.locator("#timeline")).to_contain_text(f"1 message split off from #{continued}")

    anna.get_by_role("button", name="Split off as a new case").click()
    expect(anna.locator(".sheet [role=alert]")).to_contain_text("choose again")
    anna.goto(f"/cases/{continued}/")
    listening(anna)
    expect(anna.locator("#timeline .message")).to_have_count(2)
    lena.locator("#timeline").get_by_role("link", name="Undo the split").click()
    expect(lena.locator("#content")).to_contain_text("1 message goes back")
    found += check(lena, "undo", look)
    lena.get_by_role("button", name=f"Take all back to #{continued}").click()
    expect(lena.locator("#subject")).to_have_text("The grinder leaks")
    expect(anna.locator("#timeline .message")).to_have_count(3, timeout=LIVE_MS * 2)
    assert not found, "\n\n".join(found)


def test_one_problem_is_answered_once_for_all(cast, cases, shop, arrive, site, open_page, look):
    one = cases(12)[0]
    lena, stan = (open_page(person, viewport=DESKTOP) for person in (cast.lena, cast.stan))
    lena.goto("/queues/open/", timeout=60_000)
    listening(lena)
    stan.goto(f"/cases/{one.reference}/", timeout=60_000)
    listening(stan)
    lena.locator("#pick-all").click()
    lena.get_by_role("button", name="One problem").click()
    lena.locator("#bulk-dialog").get_by_label("Belongs to the problem").fill("No parcels leave")
    found = check(lena, "bulk", look, within="#bulk-dialog")
    lena.get_by_role("button", name="Change 12").click()
    expect(lena.locator(".standing")).to_contain_text("12 cases changed")
    problem = Case.objects.get(subject="No parcels leave").reference
    expect(stan.locator("#timeline")).to_contain_text(f"Belongs to the problem #{problem}", timeout=LIVE_MS * 2)
    stan.reload()
    expect(stan.locator("#kin")).to_contain_text("No parcels leave")
    found += check(stan, "case", look)

    lena.goto(f"/cases/{problem}/")
    expect(lena.locator("#kin")).to_contain_text("12 cases belong to it")
    lena.locator("#kin").get_by_role("link", name="12 cases belong to it").click()
    found += check(lena, "problem", look)
    lena.get_by_role("link", name="One answer to all").click()
    lena.locator(".answer-all .ProseMirror").click()
    lena.keyboard.type("Dear {first name|customer}, parcels leave again.")
    lena.get_by_label("And then").select_option(index=1)
    lena.get_by_role("button", name="Show what will happen").click()
    expect(lena.locator("#shown")).to_contain_text("Dear Carla, parcels leave again.")
    found += check(lena, "preview", look)
    mail = letter(sender="c1@example.org", subject="Re: S1", text="It came.", message_id="<late@example.org>")
    mail["In-Reply-To"] = "<b1@example.org>"
    arrive(mail, shop.mailbox)
    lena.get_by_role("button", name="Send to 12 customers").click()
    expect(lena.locator(".standing")).to_contain_text("Sent to 11 cases", timeout=60_000)
    expect(lena.locator(".standing")).to_contain_text("c1@example.org wrote meanwhile")
    found += check(lena, "sent", look)
    expect(stan.locator("#timeline .message.ours")).to_contain_text("parcels leave again", timeout=LIVE_MS * 2)
    expect(stan.locator("#timeline")).to_contain_text(f"Answered from the problem #{problem}")
    assert not found, "\n\n".join(found)
