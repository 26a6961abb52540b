"""Files of a composer: chosen once, there until they are sent."""

from playwright.sync_api import expect

from ancora.desk.tests.journeys.test_sending import DESK, begin, carla, last, matter

__all__ = ["carla", "matter"]


def test_files_stay_after_a_refusal_another_case_and_a_reload(cast, shop, carla, matter, open_page):
    page = open_page(cast.anna, **DESK)
    begin(page, matter)
    page.keyboard.type("With a file")
    page.set_input_files("#composer [type=file]", files=[{"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}])
    expect(page.locator(".chosen li")).to_contain_text("a.txt")
    page.fill("#to", "nonsense")
    page.locator("[data-sends].primary").click()
    expect(page.locator("#complaint")).to_contain_text("“nonsense” is no mail address")
    page.locator(".row", has_text="The grinder leaks").first.click()
    expect(page.locator("#subject")).to_have_text("The grinder leaks")
    expect(page.locator(".chosen li")).to_have_count(0)
    page.locator(".row", has_text="Two leaks").click()
    expect(page.locator(".chosen li")).to_contain_text("a.txt")
    page.reload()
    expect(page.locator(".chosen li")).to_contain_text("a.txt")
    expect(page.locator(".ProseMirror")).to_have_text("With a file")
    page.fill("#to", carla.address)
    page.locator("[data-sends].primary").click()
    expect(page.locator(".message.ours .files")).to_contain_text("a.txt")
    [part] = last(carla).iter_attachments()
    assert part.get_content().strip() == "a"


def test_file_that_is_too_large_is_refused_before_it_is_sent(cast, matter, open_page, tmp_path):
    big = tmp_path / "big.bin"
    big.write_bytes(bytes(25_000_001))
    page = open_page(cast.anna, **DESK)
    begin(page, matter)
    page.set_input_files("#composer [type=file]", files=big)
    expect(page.locator("#complaint")).to_contain_text("larger than 25 MB together")
    expect(page.locator(".chosen li")).to_have_count(0)
