"""Every key that works stands on the sheet, and in the command bar where it does something to a case."""

import re
from pathlib import Path

from ancora.desk.commanding import choices_for
from ancora.desk.sidebar import KEYS, TASKS_KEY

DESK = Path(__file__).parents[1]


def keys_that_act() -> set[str]:
    """Those of keys.js."""
    acts = re.search(r"const acts = \{(.*?)\n\}", (DESK / "static/desk/keys.js").read_text(), re.DOTALL)[1]
    return set(re.findall(r'^  "?([^\s":]+)"?: ?', acts, re.MULTILINE)) - {"//"}


def test_sheet_names_every_key(cast, shop, client_of):
    page = client_of(cast.anna).get("/queues/open/").content.decode()
    sheet = page[page.index('id="keys"') :]
    shown = {tuple(re.findall("<kbd>(.*?)</kbd>", line)) for line in re.findall("<dt>(.*?)</dt>", sheet)}
    single = {key for keys in shown for key in keys}
    assert keys_that_act() <= single
    assert {("g", key) for key in (*KEYS.values(), TASKS_KEY, "l")} <= shown
    assert {("Ctrl", "K"), ("Ctrl", "Enter"), ("Esc",), ("Enter",)} <= shown
    # Where `g` leads is read from the links.
    assert {f'data-key="{key}"' for key in (*KEYS.values(), TASKS_KEY, "l")} <= set(re.findall(r'data-key="\w"', page))


def test_bar_acts_by_keys_that_exist(cast, shop):
    bar = choices_for(cast.anna, "", reference=shop.case.reference)
    acts = {choice.act for group in bar for choice in group.choices if choice.act}
    # What is done on a case, and nothing that only walks or writes in a list.
    assert acts <= keys_that_act()
    assert acts == keys_that_act() - {"x", "X", "j", "k", "b", "c", "/"}
