"""Whatever a mail holds, however much of it: it becomes a message that can be read, found and answered."""

import pytest

from ancora.cases.commands import reply_to_case
from ancora.cases.models import Case
from ancora.cases.queries import answerable, case_for
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.commands.send import send
from ancora.conversations.models import Mailbox, Message, Outgoing
from ancora.platform.errors import Refusal

pytestmark = pytest.mark.usefixtures("nothing_half_written")
LONG = "x" * 5000


def raw(body: str | bytes = "Hello", kind: str = "text/plain; charset=utf-8", **headers: str | None) -> bytes:
    """A mail byte by byte, as no library would write it."""
    named = {"From": "Carla <carla@customer.example>", "To": "support@shop.example", "Subject": "Limits"}
    named |= {"Message-ID": "<a@customer.example>", "Date": "Mon, 05 Oct 2026 10:00:00 +0200"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in named.items() if value is not None]
    head = "\r\n".join([*lines, f"Content-Type: {kind}", "", ""]).encode("utf-8", "surrogateescape")
    return head + (body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass"))


def parts(*heads: str) -> str:
    return "".join(f"--b\r\n{head}\r\n\r\nx\r\n" for head in heads) + "--b--\r\n"


FILE = "Content-Disposition: attachment"
MIXED = "multipart/mixed; boundary=b"
HOSTILE = {
    "a subject of 100,000 characters": raw(Subject=LONG * 20),
    "an address of 500": raw(From=f"{'y' * 500}@customer.example"),
    "a domain of 500": raw(From=f"a@{'y' * 500}.example"),
    "a name of 5,000": raw(From=f"{LONG} <a@customer.example>"),
    "a Message-ID of 5,000 and 50 ancestors like it": raw(
        Message_ID=f"<{LONG}@c>", In_Reply_To=f"<{LONG}@d>", References=" ".join(f"<{n}.{LONG}@d>" for n in range(50))
    ),
    "NUL everywhere": raw(
        "a\0b", From="Ca\0rla <a\0b@c.example>", Subject="a\0b", Message_ID="<a\0b@c>", To="x\0 <a\0@b>"
    ),
    "encoded NUL and half a pair": raw(
        From="=?utf-8?q?a=00=ED=A0=80?= <a@c.example>", Subject="=?utf-8?q?=00=ED=A0=80?="
    ),
    "bytes that are no letters": raw(
        From="\udcff <a@c.example>", Subject="\udcff\udced\udca0\udc80", References="<\udcff@x>"
    ),
    "half a pair in UTF-16": raw("\ud800".encode("utf-16-le", "surrogatepass"), "text/plain; charset=utf-16"),
    "half a pair in UTF-7": raw("+2AA- +AAA-", "text/plain; charset=utf-7"),
    "half a pair in HTML": raw("<p>&#xD800;&#0;&#x110000; a</p>", "text/html"),
    "2,000 recipients": raw(**{n: ",\r\n ".join(f"{n}{i}@c.example" for i in range(1000)) for n in ("To", "Cc")}),
    "60,000 words": raw(" ".join(f"w{n:x}" for n in range(60_000))),
    "150,000 rare letters": raw(" ".join(chr(0x20000 + n % 40000) for n in range(150_000))),
    "one word of 5 MB": raw("w" * 5_000_000),
    "20,000 addresses": raw(" ".join(f"http://a{n}.example/p{n}?x={n}" for n in range(20_000))),
    "a day that never was": raw(Date="Mon, 99 Oct 99999 10:00:00 +9999"),
    "the first and the last year": raw(Date="Mon, 01 Jan 0001 00:00:00 +1200"),
    "the last year": raw(Date="Fri, 31 Dec 9999 23:59:59 -1200"),
    "a part that is all too long": raw(
        parts(f'Content-Type: a/{LONG}; name="{LONG}"\r\nContent-ID: <{LONG}>\r\n{FILE}; filename="{LONG}\0.pdf"'),
        MIXED,
    ),
    "a file name of NUL and half a pair": raw(
        parts(f"Content-Type: a\0b/c\r\n{FILE}; filename*=utf-8''%00%ED%A0%80.pdf"), MIXED
    ),
    "200 files": raw(parts(*(f"{FILE}; filename=f{n}.bin" for n in range(200))), MIXED),
    "headers that name machines at length": raw(Auto_Submitted=LONG, Precedence=LONG, Content_Language=LONG),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_mail_at_the_limits_is_taken_shown_found_and_answered(cast, mailbox, arrive, client_of, name):
    assert arrive(HOSTILE[name], mailbox).outcome == "opened"
    case = Case.objects.get()
    message = Message.objects.get()
    assert client_of(cast.marco).get(f"/cases/{case.reference}/").status_code == 200
    assert client_of(cast.marco).get("/search/", {"q": str(case.reference)}).status_code == 200
    try:
        answered = reply_to_case(
            case, html="<p>Yes</p>", to=[("", "carla@customer.example")], author=cast.marco, answers=message
        )
    except Refusal:
        pytest.fail("it cannot be answered")
    longest = max(len(line) for line in _sent(answered).split(b"\r\n"))
    # RFC 5322, 2.1.1.
    assert longest <= 998


def _sent(message: Message) -> bytes:
    with smtp_peer() as peer:
        Mailbox.objects.update(smtp_host="127.0.0.1", smtp_port=peer.port, smtp_security="none")
        send(Outgoing.objects.get(message=message).pk)
        return peer.taken[0][1]


def test_answer_to_a_thousand_is_refused_in_words_and_to_one_of_them_is_sent(cast, mailbox, arrive):
    arrive(HOSTILE["2,000 recipients"], mailbox)
    case = case_for(cast.marco, 1001)
    asked = answerable(cast.marco, case)
    with pytest.raises(Refusal, match="More than 100 recipients"):
        reply_to_case(case, html="<p>All</p>", to=asked.to, cc=asked.cc, author=cast.marco, answers=asked.message)
    assert Outgoing.objects.count() == 0
    reply_to_case(case, html="<p>You</p>", to=asked.to, author=cast.marco, answers=asked.message)
    assert Outgoing.objects.count() == 1
