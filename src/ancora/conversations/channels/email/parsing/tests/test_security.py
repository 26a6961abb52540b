"""Signed and encrypted mail: readable where it can be, and never praised beyond what was checked."""

import base64
from datetime import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

from ancora.conversations.channels.email.parsing import parse

ADDRESS = "carla@customer.example"
SENDER = f"From: Carla <{ADDRESS}>\r\nDate: Mon, 3 Nov 2025 10:22:00 +0100\r\nMessage-ID: <1@x>\r\n".encode()
ENTITY = b"Content-Type: text/plain; charset=utf-8\r\n\r\nThe cup is broken.\r\nYes, again.\r\n"
KEYS = {
    "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "ec": ec.generate_private_key(ec.SECP256R1()),
}


def certificate(key, *addresses: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Carla Bianchi")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(7)
    built = built.not_valid_before(datetime(2020, 1, 1)).not_valid_after(datetime(2040, 1, 1))
    names = x509.SubjectAlternativeName([x509.RFC822Name(address) for address in addresses])
    return built.add_extension(names, critical=False).sign(key, hashes.SHA256())


def signed(entity: bytes = ENTITY, *, key: str = "rsa", method=None, pss: bool = False, addresses=(ADDRESS,)) -> bytes:
    """A multipart/signed as a mail program writes it."""
    signature = signer(entity, key, method, pss, addresses).sign(
        Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    )
    head = b'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=x\r\n\r\n'
    tail = b"Content-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + b"--x\r\n" + entity + b"\r\n--x\r\n" + tail + base64.encodebytes(signature) + b"\r\n--x--\r\n"


def signer(entity: bytes, key: str, method, pss: bool, addresses) -> pkcs7.PKCS7SignatureBuilder:
    method = method or hashes.SHA256()
    scheme = padding.PSS(padding.MGF1(method), padding.PSS.DIGEST_LENGTH) if pss else None
    built = pkcs7.PKCS7SignatureBuilder().set_data(entity)
    return built.add_signer(certificate(KEYS[key], *addresses), KEYS[key], method, rsa_padding=scheme)


def wrapped(content: bytes, kind: str) -> bytes:
    head = f"Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\r\n".encode()
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)


def opaque(entity: bytes = ENTITY, key: str = "rsa") -> bytes:
    return wrapped(
        signer(entity, key, None, False, [ADDRESS]).sign(Encoding.DER, [pkcs7.PKCS7Options.Binary]), "signed-data"
    )


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("method", [hashes.SHA256(), hashes.SHA512()])
@pytest.mark.parametrize("ends", [b"\r\n", b"\n"])
def test_a_signature_that_fits_names_the_address_in_its_certificate(key, method, ends):
    found = parse((SENDER + signed(key=key, method=method)).replace(b"\r\n", ends))
    assert found.text == "The cup is broken.\nYes, again."
    assert (found.security.state, found.security.by, found.security.signature) == ("signed", "smime", "fits")
    assert (found.security.signer, found.security.signer_name) == (ADDRESS, "Carla Bianchi")
    assert found.security.whole
    assert found.warnings == []


def test_a_signature_with_random_padding_fits():
    assert parse(SENDER + signed(pss=True)).security.signature == "fits"


def test_a_changed_mail_is_told():
    found = parse((SENDER + signed()).replace(b"broken", b"fine"))
    assert found.security.signature == "broken"
    assert found.text.startswith("The cup is fine.")
    assert any("changed after it was signed" in warning for warning in found.warnings)


def test_a_signature_of_another_mail_does_not_fit():
    other = signed(b"Content-Type: text/plain\r\n\r\nPay me.\r\n")
    mail = signed()
    found = parse(SENDER + mail[: mail.rindex(b"\r\n--x\r\n")] + other[other.rindex(b"\r\n--x\r\n") :])
    assert found.security.signature == "broken"


def test_of_several_addresses_the_sender_s_own_is_named():
    assert parse(SENDER + signed(addresses=("other@x.example", ADDRESS))).security.signer == ADDRESS


def test_the_certificate_s_address_is_told_even_when_it_is_not_the_sender():
    found = parse(SENDER + signed(addresses=("mallory@x.example",)))
    assert (found.security.signature, found.security.signer) == ("fits", "mallory@x.example")


def test_a_signed_part_is_not_the_whole_mail():
    body = (
        b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nSend money.\r\n--y\r\n" + signed() + b"--y--\r\n"
    )
    found = parse(SENDER + body)
    assert (found.security.signature, found.security.whole) == ("fits", False)


@pytest.mark.parametrize("rubbish", [b"AAAA", b"MIIB", b"", b"!!!!", base64.b64encode(b"\x30\x80" * 50)])
def test_a_damaged_signature_is_unchecked(rubbish):
    mail = signed()
    start = mail.index(b"base64\r\n\r\n") + 10
    found = parse(SENDER + mail[:start] + rubbish + b"\r\n--x--\r\n")
    assert (found.text, found.security.signature) == ("The cup is broken.\nYes, again.", "unchecked")


@pytest.mark.parametrize("key", KEYS)
def test_a_mail_inside_its_signature_is_read(key):
    found = parse(SENDER + opaque(key=key))
    assert (found.text, found.attachments) == ("The cup is broken.\nYes, again.", [])
    assert (found.security.signature, found.security.signer, found.security.whole) == ("fits", ADDRESS, True)


def test_files_inside_a_signature_come_out():
    entity = b"Content-Type: multipart/mixed; boundary=z\r\n\r\n--z\r\n\r\nHi\r\n--z\r\n"
    file = b"Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF\r\n--z--\r\n"
    found = parse(SENDER + opaque(entity + file))
    assert (found.text, [one.filename for one in found.attachments]) == ("Hi", ["a.pdf"])


def test_signatures_inside_signatures_are_opened_up_to_a_limit():
    entity = ENTITY
    for _ in range(3):
        entity = opaque(entity)
    assert parse(SENDER + entity).text == "The cup is broken.\nYes, again."
    for _ in range(5):
        entity = opaque(entity)
    found = parse(SENDER + entity)
    assert [one.filename for one in found.attachments] == ["smime.p7m"]


def test_a_signed_document_is_a_file():
    document = signer(b"%PDF", "rsa", None, False, [ADDRESS]).sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    part = wrapped(document, "signed-data").replace(b"smime.p7m", b"contract.pdf.p7m")
    found = parse(
        SENDER + b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\n\r\nHere\r\n--y\r\n" + part + b"--y--\r\n"
    )
    assert (found.text, found.attachments[0].content, found.security) == ("Here", document, None)


def test_encrypted_mail_is_kept_and_explained():
    sealed = pkcs7.PKCS7EnvelopeBuilder().set_data(b"secret").add_recipient(certificate(KEYS["rsa"], ADDRESS))
    found = parse(SENDER + wrapped(sealed.encrypt(Encoding.DER, []), "enveloped-data"))
    assert (found.text, [one.filename for one in found.attachments]) == ("", ["smime.p7m"])
    assert (found.security.state, found.security.by, found.security.signature) == ("encrypted", "smime", None)
    assert any("encrypted" in warning for warning in found.warnings)


def test_a_wrapping_that_cannot_be_opened_is_kept():
    found = parse(SENDER + wrapped(b"\x30\x03\x06\x01\x00", "signed-data"))
    assert ([one.filename for one in found.attachments], found.security) == (["smime.p7m"], None)
    assert any("wrapped by S/MIME" in warning for warning in found.warnings)
    assert parse(SENDER + wrapped(b"rubbish", "enveloped-data")).security.state == "encrypted"


PGP_SIGNED = """Hello

-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA512

The cup is broken.
- -- 
Carla
-----BEGIN PGP SIGNATURE-----

iQIzBAEBCgAdFiEE
-----END PGP SIGNATURE-----
"""  # noqa: W291
PGP_SEALED = "-----BEGIN PGP MESSAGE-----\n\nhQIMA5\n=abcd\n-----END PGP MESSAGE-----"


def text_mail(text: str) -> bytes:
    return SENDER + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()


def test_words_signed_inside_the_text_lose_their_armour():
    found = parse(text_mail(PGP_SIGNED.removeprefix("Hello\n\n")))
    assert found.text == "The cup is broken.\n-- \nCarla"
    assert found.reply_text == "The cup is broken."
    assert (found.security.state, found.security.by, found.security.signature) == ("signed", "pgp", "unchecked")
    assert found.security.whole
    assert not parse(text_mail(PGP_SIGNED)).security.whole


def test_words_encrypted_inside_the_text_are_no_reply():
    found = parse(text_mail("Please read:\n\n" + PGP_SEALED))
    assert (found.reply_text, PGP_SEALED in found.text) == ("Please read:", True)
    assert (found.security.state, found.security.by, found.security.whole) == ("encrypted", "pgp", False)
    assert parse(text_mail(PGP_SEALED)).security.whole


def test_armour_without_end_stays_text():
    for text in ("-----BEGIN PGP MESSAGE-----\nx", "-----BEGIN PGP SIGNED MESSAGE-----\n\nx", "-----BEGIN PGP \n"):
        found = parse(text_mail(text))
        assert (found.text, found.security) == (text.strip(), None)


def test_pgp_parts_are_readable_with_their_state():
    head = b'Content-Type: multipart/signed; protocol="application/pgp-signature"; boundary=x\r\n\r\n'
    parts = b"--x\r\n\r\nHi\r\n--x\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--x--\r\n"
    found = parse(SENDER + head + parts)
    assert (found.text, found.security.by, found.security.signature) == ("Hi", "pgp", "unchecked")


def test_plain_mail_has_no_security():
    assert parse(text_mail("Hi")).security is None
