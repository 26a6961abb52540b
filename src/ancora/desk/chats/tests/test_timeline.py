"""A session of a chat stands in the timeline as one line, and each message says by which channel it came."""

import re
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.commands import reply_to_case
from ancora.cases.commands.saying import say_in_case
from ancora.conversations.chats.tests.test_posting import PNG
from ancora.conversations.models import Message
from ancora.platform import clock
from ancora.platform.accounts.models import User


def test_session_is_one_line_of_the_timeline_at_the_price_of_one_query(case, carla, cast, client_of):
    User.objects.update(language="en")
    marco, page = client_of(cast.marco), f"/cases/{case.reference}/timeline/"
    say_in_case(case, text="On its way", author=cast.marco, form_key=uuid4())
    assert "Chat, " not in marco.get(page).content.decode()
    with clock.at(clock.now() + timedelta(minutes=11, seconds=30)):
        assert carla.post("end/").status_code == 200
    with CaptureQueriesContext(connection) as few:
        shown = marco.get(page).content.decode()
    assert "Chat, 12 minutes, answered by Marco Reale, ended by the customer" in shown
    assert shown.count('class="way"') == 2
    with clock.at(clock.now() + timedelta(minutes=20)):
        assert carla.write("One thing more").status_code == 200
        assert carla.post("end/").status_code == 200
    with CaptureQueriesContext(connection) as many:
        shown = marco.get(page).content.decode()
    assert "Chat, 1 minute, not answered, ended by the customer" in shown
    assert len(many) == len(few)
    assert len([one for one in many if "conversations_contact" in one["sql"]]) == 1


def test_composer_takes_as_many_files_as_the_chat_carries(case, cast, client_of):
    marco = client_of(cast.marco)
    assert 'data-most-files="5"' in marco.get(f"/cases/{case.reference}/composer/").content.decode()
    assert 'data-most-files="50"' in marco.get(f"/cases/{case.reference}/composer/?by=mail").content.decode()


def test_mail_and_lines_of_one_case_say_how_they_came(case, carla, cast, client_of, arrive, mailbox):
    to = [("Carla", "carla@example.org")]
    sent = reply_to_case(case, html="<p>By mail</p>", to=to, author=cast.marco, answers=Message.objects.get())
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "Carla <carla@example.org>", mailbox.address, "<1@example.org>"
    mail["In-Reply-To"] = f"<{sent.message_id}>"
    mail.set_content("And by mail back")
    arrive(mail, mailbox)
    shown = client_of(cast.marco).get(f"/cases/{case.reference}/timeline/").content.decode()
    ways = [part.partition("</span>")[0].rpartition(">")[2] for part in shown.split('class="way"')[1:]]
    assert sorted(ways) == ["Chat", "E-mail", "E-mail"]


def test_typed_address_stands_beside_the_customer_as_not_proved(case, account, carla, cast, client_of):
    stan, base = client_of(cast.stan), f"/cases/{case.reference}/"
    page = stan.get(base).content.decode()
    assert page.count('title="carla@example.org"') == 1
    assert "not proved" in page
    shown = f"{case.customer_id} carla@example.org"
    assert f'name="shown" value="{shown}"' in page
    # It comes along with the head when it was typed later.
    assert "not proved" not in stan.get(f"{base}head/", {"shown": shown}).content.decode()
    assert "not proved" in stan.get(f"{base}head/", {"shown": str(case.customer_id)}).content.decode()


def test_picture_is_seen_where_it_was_said_and_other_files_are_links(case, carla, cast, client_of):
    png, false = SimpleUploadedFile("image.png", PNG), SimpleUploadedFile("plan.txt", b"plan")
    assert carla.send_files(png, false).status_code == 200
    stan = client_of(cast.stan)
    shown = stan.get(f"/cases/{case.reference}/timeline/").content.decode()
    [address] = re.findall(r'<img src="([^"]+)" alt="image.png"', shown)
    assert shown.count("<img") == 1
    assert "This mail has" not in shown
    answer = stan.get(address)
    assert (answer.content, answer["Content-Type"]) == (PNG, "image/png")
    assert answer["Content-Disposition"].startswith("inline")
