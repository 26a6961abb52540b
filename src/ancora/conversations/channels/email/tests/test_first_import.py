"""The first import of a mailbox with a past: silent, to be stopped and resumed, and nothing is lost or doubled."""

import time

from django.conf import settings

from ancora.cases.models import Case
from ancora.conversations.channels.email.tests.living import fetch_of, until
from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
from ancora.conversations.channels.email.tests.old_mail import lay_old_mail, threads_expected, worker_process
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.channels.email.tests.test_fetching import mail
from ancora.conversations.commands.pausing import pause, resume
from ancora.conversations.models import Arrival, Mailbox, Message, Outgoing

COUNT = 2000
PATIENCE = 180


def test_two_thousand_old_mails_with_a_stop_and_a_kill_in_the_middle(cast, db, databases, dovecot, address, client_of):
    lay_old_mail(dovecot, address, COUNT)
    anna = client_of(cast.anna)
    with smtp_peer() as peer:
        box = Mailbox.objects.create(
            name="Support",
            address=address,
            old_mail="import",
            imap_host="127.0.0.1",
            imap_port=dovecot.port,
            imap_security="none",
            imap_user=address,
            imap_password=PASSWORD,
            smtp_host="127.0.0.1",
            smtp_port=peer.port,
            smtp_security="none",
        )
        page = f"/settings/mailboxes/{box.pk}/now/"
        with worker_process(databases.dsn(db), settings.ANCORA_HOME) as worker:
            until(lambda: fetch_of(box).old_done >= 200, PATIENCE)
            assert "of about 2,000 mails" in anna.get(page).text
            pause(box, "fetching", person=cast.anna)
            until(lambda: not _moves(box), PATIENCE)
            stopped_at = fetch_of(box).old_done
            assert stopped_at < COUNT
            resume(box, "fetching", person=cast.anna)
            until(lambda: fetch_of(box).old_done >= stopped_at + 200, PATIENCE)
            # As the power fails: in the middle of whatever it does.
            worker.kill()
            worker.wait(30)
        assert fetch_of(box).old_done < COUNT
        dovecot.put(address, mail("live"))
        with worker_process(databases.dsn(db), settings.ANCORA_HOME):
            # New mail does not wait for the import.
            until(lambda: Message.objects.filter(subject="live").exists(), PATIENCE)
            assert fetch_of(box).is_importing
            until(lambda: not fetch_of(box).is_importing, PATIENCE)
            until(lambda: not Arrival.objects.filter(state="pending").exists(), PATIENCE)
        assert peer.steps == []
    assert fetch_of(box).old_done == COUNT
    old = Message.objects.exclude(subject="live")
    assert set(old.values_list("message_id", flat=True)) == {f"old-{n}@customer.example" for n in range(COUNT)}
    assert old.count() == COUNT
    assert Arrival.objects.filter(is_silent=True).count() == COUNT
    assert Case.objects.count() == threads_expected(COUNT) + 1
    assert not Outgoing.objects.exists()
    assert "imports old mail" not in anna.get(page).text


def _moves(box: Mailbox) -> bool:
    before = fetch_of(box).old_done
    time.sleep(1.5)
    return fetch_of(box).old_done != before
