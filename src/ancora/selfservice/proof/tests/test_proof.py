"""Many begin at once: then a new browser does a sum first, and nobody else does."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancora.cases.models import Case
from ancora.conversations.chats.commands.blocking import block_visitors
from ancora.conversations.chats.tests.rooms import SECRET, Browser, open_account, signed
from ancora.conversations.models import ChatVisitor
from ancora.platform import clock
from ancora.selfservice.proof import challenge as sums
from ancora.selfservice.proof.tests.solving import solved


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A sum that costs a test nothing."""
    monkeypatch.setattr(sums, "MOST_NUMBER", 500)


def _challenge(answer) -> dict:
    assert (answer.status_code, answer.json()["error"]) == (403, "proof"), answer.content
    return answer.json()["challenge"]


def test_a_solution_begins_one_chat_of_one_browser(cast, mailbox):
    account, other = open_account(mailbox, proof="always"), open_account(mailbox, name="Other shop", proof="always")
    carla, zoe = Browser(account, **{"accept-language": "en"}), Browser(account)
    refused = carla.begin()
    assert "small sum" in refused.json()["words"]
    assert refused.json()["challenge"]["maxnumber"] == 500
    challenge = _challenge(refused)
    proof = solved(challenge)
    number = sums._read(proof)["number"]
    longer = challenge["salt"].replace("&", "") + str(number)[:1]
    wrong = [
        "nonsense",
        "é",
        "W10=",
        solved(challenge, number=number + 1),
        solved(challenge, number=-1),
        solved(challenge, number=True),
        solved(challenge, signature="a" * 52),
        solved(challenge, signature=challenge["signature"][:16]),
        solved(challenge, challenge="\ud800"),
        solved(challenge, algorithm="SHA-1"),
        # The time is not made longer with digits of the number.
        solved(challenge, salt=longer, number=int(str(number)[1:] or 0)),
        "e30=" * 1000,
    ]
    for proof_of_nothing in wrong:
        _challenge(carla.begin(proof=proof_of_nothing))
    # Not at another account, not by another browser, not when it is over.
    _challenge(Browser(other, carla.token).begin(proof=proof))
    _challenge(zoe.begin(proof=proof))
    with clock.at(clock.now() + sums.VALID_FOR + timedelta(seconds=2)):
        _challenge(carla.begin(proof=proof))
    assert not Case.objects.exists()
    assert [carla.begin(proof=proof).status_code for _time in range(2)] == [200, 200]
    # Used up: who has begun is known, and nobody else begins with it.
    assert (carla.begin().status_code, carla.write("And more").status_code) == (200, 200)
    _challenge(zoe.begin(proof=proof))
    assert (Case.objects.count(), ChatVisitor.objects.count()) == (1, 1)


def test_it_is_asked_for_by_itself_while_more_begin_than_usual(cast, client_of, mailbox):
    account, anna = open_account(mailbox, proof_above=3), client_of(cast.anna)

    def is_said() -> bool:
        return "More chats begin just now than usual" in anna.get(f"/settings/chats/{account.pk}/").content.decode()

    with clock.at(clock.now()):
        known = [Browser(account) for _one in range(3)]
        assert [one.begin().status_code for one in known] == [200] * 3
        late = Browser(account)
        assert not is_said()
        challenge = _challenge(late.begin())
        assert is_said()
        # Who is known, or signed in at the website, does no sum; who only says so does.
        exp = int(clock.now().timestamp()) + 600
        assert known[0].begin().status_code == 200
        assert Browser(account).begin(identity=signed(sub="4711", exp=exp)).status_code == 200
        assert Browser(account).begin(identity=signed(sub="1", exp=exp, key=SECRET[1:])).json()["error"] == "identity"
        assert late.begin(proof=solved(challenge)).status_code == 200
        # Another shop is not under attack, nor is one that wants none.
        other = open_account(mailbox, name="Other shop", proof_above=3)
        assert Browser(other).begin().status_code == 200
        account.settings["proof"] = "off"
        account.save()
        assert Browser(account).begin().status_code == 200
        account.settings["proof"] = "automatic"
        account.save()
    # While the crowd knocks on it stays so, in the next minute too; then it is calm again.
    with clock.at(clock.now() + timedelta(minutes=1)):
        _challenge(Browser(account).begin())
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert Browser(account).begin().status_code == 200


def test_who_was_blocked_begins_again_with_a_sum_and_their_person_not_at_all(cast, mailbox):
    account = open_account(mailbox)
    carla = Browser(account, **{"accept-language": "en"})
    exp = int(clock.now().timestamp()) + 600
    carla.begin(identity=signed(sub="4711", exp=exp))
    block_visitors(ChatVisitor.objects.get().conversation_id, author=cast.lena)
    told = carla.get("lines/")
    assert (told.status_code, told.json()["error"]) == (403, "blocked")
    assert told.json()["words"] == "This chat was closed. Write to us by e-mail if that was a mistake."
    # The same person in another browser, new or known; somebody at the same address, whom nobody knows.
    assert Browser(account).begin(identity=signed(sub="4711", exp=exp)).json()["error"] == "blocked"
    again = Browser(account)
    challenge = _challenge(again.begin())
    # Never is never.
    account.settings["proof"] = "off"
    account.save()
    assert Browser(account).begin().status_code == 200
    account.settings["proof"] = "automatic"
    account.save()
    assert again.begin(proof=solved(challenge)).status_code == 200
    assert again.begin(identity=signed(sub="4711", exp=exp)).json()["error"] == "blocked"
    with clock.at(clock.now() + timedelta(minutes=61)):
        assert carla.get("lines/").status_code == 403
        assert Browser(account).begin().status_code == 200
    assert Case.objects.count() == 4


def test_files_go_along_with_a_solution(cast, mailbox):
    account = open_account(mailbox, proof="always")
    carla = Browser(account)
    proof = solved(_challenge(carla.begin()))
    file = SimpleUploadedFile("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")
    answer = carla.begin_with_files(file, proof=proof)
    assert answer.status_code == 200, answer.content
    [shown] = carla.lines()[0]["files"]
    saved = carla.get(f"files/{shown['id']}-{shown['key']}/")
    # What a browser could run is handed over to be saved, and is nothing that it knows.
    assert saved["Content-Type"] == "application/octet-stream"
    assert saved["Content-Disposition"].startswith("attachment")
    assert saved["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in saved["Content-Security-Policy"]
