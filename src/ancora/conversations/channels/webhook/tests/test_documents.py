"""What the page for whoever connects a program says is true, as far as it can be run here."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from ancora.conversations.channels.contract import InboundMessage, InboundReceipt
from ancora.conversations.channels.webhook.payload import read_posted, written
from ancora.conversations.channels.webhook.tests.samples import SAMPLES
from ancora.conversations.channels.webhook.tests.test_payload import BODY, KEY, SIGNED

PAGE = Path(__file__).parents[6] / "docs" / "webhook-channel.md"
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
ID, TIME, EXPECTED = SIGNED["webhook-id"], SIGNED["webhook-timestamp"], SIGNED["webhook-signature"].removeprefix("v1,")
CALL = {
    "sh": f"sign '{KEY}' '{ID}' '{TIME}' '{BODY.decode()}'",
    "python": f"print(sign({KEY!r}, {ID!r}, {TIME}, {BODY!r}))",
    "javascript": f"console.log(sign('{KEY}', '{ID}', {TIME}, '{BODY.decode()}'))",
}
PROGRAM = {"sh": ["sh", "-euc"], "python": ["python3", "-c"], "javascript": ["node", "-e"]}


def block(language: str) -> str:
    return next(text for name, text in BLOCKS if name == language)


@pytest.mark.parametrize("language", CALL)
def test_an_example_signs_as_the_published_one(language):
    program, *options = PROGRAM[language]
    if shutil.which(program) is None:
        pytest.skip(f"no {program} here")
    source = f"{block(language)}\n{CALL[language]}"
    told = subprocess.run([program, *options, source], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == EXPECTED


def test_what_the_page_posts_is_understood_and_what_it_gets_is_what_leaves():
    message, answer, receipt = (json.loads(text) for name, text in BLOCKS if name == "json")
    message["files"][0]["content"] = ""
    found = read_posted(json.dumps(message).encode(), trusts_addresses=True)
    assert isinstance(found, InboundMessage)
    assert isinstance(read_posted(json.dumps(receipt).encode(), trusts_addresses=False), InboundReceipt)
    assert list(json.loads(written(SAMPLES.outbound()))) == list(answer)
