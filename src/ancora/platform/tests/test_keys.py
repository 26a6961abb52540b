"""Secrets are read with the key they were written with; signatures cannot be guessed or broken by odd letters."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ancora.conversations.models import Mailbox
from ancora.platform.keys import KeyChanged, decrypt, encrypt, is_signed, sign


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_encrypted_comes_back(text):
    token = encrypt(text)
    assert decrypt(token) == text
    assert len(text) < 8 or text not in token


def test_same_secret_never_looks_the_same():
    assert encrypt("secret") != encrypt("secret")


def test_other_key_is_told_not_guessed(settings):
    token = encrypt("secret")
    settings.SECRET_KEY = "another key, also long enough to be taken for one"
    with pytest.raises(KeyChanged):
        decrypt(token)
    with pytest.raises(KeyChanged):
        decrypt("no token at all")


def test_signature_holds_for_its_purpose_value_and_key_only(settings):
    signature = sign("reply", "1042")
    assert is_signed("reply", "1042", signature)
    assert is_signed("reply", "1042", signature.upper())
    assert not is_signed("reply", "1043", signature)
    assert not is_signed("other", "1042", signature)
    settings.SECRET_KEY = "another key, also long enough to be taken for one"
    assert not is_signed("reply", "1042", signature)


def test_signature_survives_programs_that_fold_case():
    assert sign("reply", "1042") == sign("reply", "1042").lower()
    assert sign("reply", "1042").isalnum()


@given(st.text())
def test_no_other_text_is_a_signature(text):
    assert not is_signed("reply", "1042", text) or text.lower() == sign("reply", "1042", len(text))


@pytest.mark.parametrize("length", [0, 1, 15])
def test_beginning_of_a_signature_is_not_enough(length):
    assert not is_signed("reply", "1042", sign("reply", "1042")[:length])


def test_secret_is_encrypted_in_the_database_and_plain_in_python(mailbox):
    mailbox.imap_password = "pässword"
    mailbox.save()
    stored = _stored(mailbox)
    assert "ssword" not in stored
    assert Mailbox.objects.get().imap_password == "pässword"
    assert Mailbox.objects.get().smtp_password == ""
    assert Mailbox.objects.defer("imap_password").get().imap_password == "pässword"


def test_row_under_another_key_can_be_read_saved_and_given_a_new_secret(mailbox, settings):
    mailbox.imap_password = "old"
    mailbox.save()
    before = _stored(mailbox)
    settings.SECRET_KEY = "another key, also long enough to be taken for one"
    found = Mailbox.objects.get()
    assert found.address == "support@example.com"
    with pytest.raises(KeyChanged):
        _ = found.imap_password
    found.name = "Renamed"
    found.save()
    assert _stored(mailbox) == before
    found.imap_password = "new"
    found.save()
    assert Mailbox.objects.get().imap_password == "new"


def _stored(mailbox) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT imap_password FROM conversations_mailbox WHERE id = %s", [mailbox.pk])
        return cursor.fetchone()[0]
