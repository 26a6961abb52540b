"""Mail that is routed to us by SMTP or LMTP: told “accepted” when it is kept, and only then."""

import smtplib
import ssl
from email.message import EmailMessage

import pytest

from ancora.conversations import tokens
from ancora.conversations.channels.email.listening import house, talk
from ancora.conversations.channels.email.listening.doors import networks
from ancora.conversations.channels.email.tests.certificates import certificate_in
from ancora.conversations.channels.email.tests.listening_doors import Line, Lmtp, listening
from ancora.conversations.channels.email.tests.living import until
from ancora.conversations.commands import process_pending, start_conversation
from ancora.conversations.models import Arrival, Conversation, Listener, Mailbox, Message
from ancora.platform.files.store import read

CARLA = "carla@customer.example"


def mail(subject: str = "Question", **headers: str) -> EmailMessage:
    found = EmailMessage()
    found["From"] = f"Carla Riva <{CARLA}>"
    found["To"] = "support@example.com"
    found["Subject"] = subject
    found["Message-ID"] = f"<{subject.replace(' ', '-')}@customer.example>"
    found["Date"] = "Mon, 05 Oct 2026 10:00:00 +0200"
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    found.set_content("My coffee arrives cold.\n")
    return found


def hand_over(port: int, found: EmailMessage | bytes, *recipients: str, sender: str = CARLA) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        raw = found if isinstance(found, bytes) else found.as_bytes()
        smtp.sendmail(sender, recipients or ["support@example.com"], raw)


def stored(arrival: Arrival) -> bytes:
    return read(arrival.file)


def test_mail_is_kept_as_it_came_below_what_its_envelope_said(mailbox):
    raw = mail().as_bytes(policy=mail().policy.clone(linesep="\r\n"))
    with listening() as port:
        hand_over(port, raw)
    arrival = Arrival.objects.get()
    head, body = stored(arrival).split(b"Received: ", 1)
    assert head == b"Return-Path: <carla@customer.example>\r\nDelivered-To: support@example.com\r\n"
    assert body.partition(b"\r\n")[0].endswith(b" (Ancora) with ESMTP;")
    assert body.split(b"\r\n", 2)[2] == raw
    assert (arrival.mailbox, arrival.is_silent) == (mailbox, False)


def test_mail_becomes_a_message_of_its_mailbox(cast, mailbox):
    with listening() as port:
        hand_over(port, mail(), "Support@Example.com")
    process_pending()
    assert Message.objects.get().subject == "Question"
    assert Arrival.objects.get().outcome == "opened"


def test_answer_finds_its_conversation_by_the_recipient_of_the_envelope_alone(cast, mailbox):
    start_conversation(mailbox, to=[("", CARLA)], subject="Hi", html="<p>Hello</p>", author=cast.marco)
    to = tokens.reply_address("support@example.com", Conversation.objects.get().reference)
    with listening() as port:
        hand_over(port, mail("Another subject"), to)
    process_pending()
    assert Message.objects.order_by("id").last().rung == "token"


@pytest.mark.parametrize("stranger", ["nobody@example.com", "support@elsewhere.example", "support", "<>"])
def test_other_addresses_are_refused_so_that_nothing_is_relayed(mailbox, stranger):
    with listening() as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.ehlo()
        smtp.mail(CARLA)
        code, words = smtp.docmd("RCPT", f"TO:<{stranger.strip('<>')}>")
        assert code == 550
        assert words.startswith(b"5.1.1")
        assert smtp.docmd("DATA")[0] == 503


def test_mailbox_out_of_use_takes_nothing(mailbox):
    Mailbox.objects.update(is_active=False)
    with listening() as port, pytest.raises(smtplib.SMTPRecipientsRefused):
        hand_over(port, mail())


def test_alias_plus_part_and_domain_in_its_own_letters_belong_to_the_mailbox(mailbox):
    mailbox.aliases = ["info@bücher.example"]
    mailbox.save()
    with listening() as port:
        for number, address in enumerate(["support+vip@example.com", "info@xn--bcher-kva.example"]):
            hand_over(port, mail(f"No {number}"), address)
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
            smtp.ehlo()
            smtp.mail("zoë@customer.example", ["SMTPUTF8"])
            smtp.command_encoding = "utf-8"
            assert smtp.rcpt("info@bücher.example")[0] == 250
            assert smtp.data(mail("No 2").as_bytes())[0] == 250
    assert set(Arrival.objects.values_list("mailbox", flat=True)) == {mailbox.pk}
    assert stored(Arrival.objects.order_by("id").last()).startswith("Return-Path: <zoë@customer.example>".encode())


def test_the_same_bytes_again_are_the_same_arrival(mailbox):
    with listening() as port:
        for _time in range(3):
            hand_over(port, mail())
    assert Arrival.objects.count() == 1


def test_mail_for_two_mailboxes_arrives_at_both_and_is_one_message(cast, mailbox):
    Mailbox.objects.create(name="Sales", address="sales@example.com")
    with listening() as port:
        hand_over(port, mail(), "support@example.com", "sales@example.com", "support+x@example.com")
    process_pending()
    assert list(Arrival.objects.order_by("id").values_list("outcome", flat=True)) == ["opened", "duplicate"]
    assert stored(Arrival.objects.order_by("id").first()).count(b"Delivered-To: support") == 2
    assert Message.objects.count() == 1


def test_every_recipient_of_lmtp_has_an_answer(mailbox):
    Mailbox.objects.create(name="Sales", address="sales@example.com")
    with listening("lmtp") as port, Lmtp("127.0.0.1", port) as lmtp:
        to = ["support@example.com", "nobody@example.com", "sales@example.com", "support+vip@example.com"]
        assert lmtp.deliver(CARLA, to, mail().as_bytes()) == [250, 250, 250]
    assert Arrival.objects.count() == 2


def test_lmtp_begins_with_lhlo(mailbox):
    with listening("lmtp") as port:
        line = Line(port)
        line.hear()
        for verb in (b"EHLO x\r\n", b"HELO x\r\n"):
            line.say(verb)
            assert line.hear().startswith(b"500")
        line.say(b"LHLO x\r\n")
        assert line.hear().startswith(b"250")
        line.close()


def test_lmtp_is_spoken_through_a_socket_file(mailbox, tmp_path):
    path = str(tmp_path / "lmtp")
    with listening("lmtp", place=f"unix:{path}", trusted=()), Lmtp(path) as lmtp:
        assert lmtp.deliver(CARLA, ["support@example.com"], mail().as_bytes()) == [250]
    assert Arrival.objects.get().mailbox == mailbox
    assert not (tmp_path / "lmtp").exists()


@pytest.mark.parametrize("text", [b"", b".", b"..", b"a", b".\r\n.a", b"a\r\n..\r\n.b", b"\r\n", b"x" * 300_000])
def test_text_is_kept_byte_for_byte(mailbox, text):
    raw = b"Subject: x\r\n\r\n" + text + b"\r\n"
    with listening() as port:
        hand_over(port, raw)
    assert stored(Arrival.objects.get()).endswith(raw)


def test_dots_at_the_seams_of_the_pieces_are_kept(mailbox):
    line = b".\r\n..\r\n.x\r\n" * 40_000
    raw = b"Subject: x\r\n\r\n" + line
    with listening() as port:
        hand_over(port, raw)
    assert stored(Arrival.objects.get()).endswith(raw)


def test_line_of_a_megabyte_and_raw_bytes_pass(mailbox):
    raw = b"Subject: x\r\n\r\n" + bytes(range(128, 256)) * 8000 + b"\r\n"
    with listening() as port:
        hand_over(port, raw)
    assert stored(Arrival.objects.get()).endswith(raw)


def test_commands_may_come_in_a_row(mailbox):
    with listening() as port:
        line = Line(port)
        line.say(
            b"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n",
            b"Subject: x\r\n\r\nhi\r\n.\r\nNOOP\r\nQUIT\r\n",
        )
        assert [line.hear()[:3] for _ in range(8)] == [b"220", b"250", b"250", b"250", b"354", b"250", b"250", b"221"]
        line.close()
    assert stored(Arrival.objects.get()).startswith(b"Return-Path: <>\r\n")


def test_only_a_line_with_nothing_but_a_dot_ends_the_text(mailbox):
    """What other servers take for the end (a bare line feed) must not smuggle in a second mail."""
    with listening() as port:
        line = Line(port)
        line.say(
            b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\n",
            b"Subject: x\r\n\r\nhi\n.\nMAIL FROM:<b@c.example>\r\n\n.\r\nhello\r.\r\r\n.\r\nQUIT\r\n",
        )
        assert [line.hear()[:3] for _ in range(7)][-2:] == [b"250", b"221"]
        line.close()
    assert b"MAIL FROM" in stored(Arrival.objects.get())


def test_mail_above_the_size_is_refused_whether_announced_or_not(mailbox):
    with listening(largest=1_000_000) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.ehlo()
        assert int(smtp.esmtp_features["size"]) < 1_000_000
        assert smtp.mail(CARLA, ["SIZE=1000001"])[0] == 552
        smtp.mail(CARLA)
        smtp.rcpt("support@example.com")
        code, words = smtp.data(b"Subject: x\r\n\r\n" + b"x" * 2_000_000)
        assert (code, words.decode()) == (552, "5.3.4 The mail is larger than 1 MB, which is all we take")
        smtp.mail(CARLA)
        smtp.rcpt("support@example.com")
        assert smtp.data(mail().as_bytes())[0] == 250
    assert Arrival.objects.count() == 1


def test_half_a_mail_is_no_mail(mailbox):
    with listening() as port:
        line = Line(port)
        line.say(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<support@example.com>\r\nDATA\r\nSubject: x\r\n\r\nhi")
        [line.hear() for _ in range(5)]
        line.close()
        hand_over(port, mail())
    assert Arrival.objects.count() == 1


def test_host_of_no_trusted_network_is_sent_away_at_once(mailbox):
    with listening(trusted=networks("10.0.0.0/8")) as port:
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", port, timeout=10)
    assert refused.value.smtp_code == 554


def test_there_are_limits_to_connections_recipients_and_patience(mailbox, monkeypatch):
    monkeypatch.setattr(house, "MOST_CONNECTIONS", 2)
    monkeypatch.setattr(house, "MOST_RECIPIENTS", 2)
    monkeypatch.setattr(talk, "IDLE_SECONDS", 0.5)
    with listening() as port:
        lines = [Line(port) for _ in range(3)]
        assert [line.hear()[:3] for line in lines] == [b"220", b"220", b"421"]
        lines[0].say(b"EHLO x\r\nMAIL FROM:<>\r\n", b"RCPT TO:<support@example.com>\r\n" * 3)
        assert [lines[0].hear()[:3] for _ in range(5)] == [b"250", b"250", b"250", b"250", b"452"]
        assert lines[1].hear() == b""
        [line.close() for line in lines]
        until(lambda: _greets(port))


def _greets(port: int) -> bool:
    line = Line(port)
    try:
        return line.hear().startswith(b"220")
    finally:
        line.close()


def test_nobody_signs_in_and_starttls_is_offered_with_a_certificate(mailbox, certificate):
    with listening(**certificate) as port, smtplib.SMTP("localhost", port, timeout=10) as smtp:
        smtp.ehlo()
        assert smtp.has_extn("starttls")
        smtp.starttls(context=ssl.create_default_context(cafile=certificate["certificate"]))
        smtp.ehlo()
        assert not smtp.has_extn("auth")
        assert smtp.docmd("AUTH", "PLAIN AGEAYg==")[0] == 502
        smtp.sendmail(CARLA, ["support@example.com"], mail().as_bytes())
    assert b"with ESMTPS" in stored(Arrival.objects.get())


@pytest.fixture
def certificate(tmp_path):
    return dict(zip(("certificate", "key"), certificate_in(tmp_path), strict=True))


def test_listener_shows_itself_and_is_gone_when_it_ends(mailbox):
    with listening() as port:
        assert Listener.objects.get().address == f"127.0.0.1:{port}"
    assert not Listener.objects.exists()
