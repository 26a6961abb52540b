"""S/MIME (RFC 8551): wrappings taken off, signatures checked against the certificate they bring along.

What is said of a signature is no more than arithmetic: these words and this certificate belong together. Whether the
certificate is genuine, in time or withdrawn is not looked at.
"""

import hashlib
import zlib
from typing import NamedTuple

from .charsets import clean_line
from .limits import MAX_ADDRESS_CHARS, MAX_CERTIFICATES, MAX_KEY_BITS, MAX_NAME_CHARS, MAX_UNWRAPPED_BYTES
from .structure import Part

TYPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
SIGNATURE_TYPES = {"application/pkcs7-signature", "application/x-pkcs7-signature"}
# Other names are signed documents (`contract.pdf.p7m`), which are files.
NAMES = {"", "smime.p7m", "smime.p7z", "smime"}
DIGESTS = {"sha1", "sha224", "sha256", "sha384", "sha512"}


class Signed(NamedTuple):
    """Whether a signature fits (None: it could not be checked), and whom its certificate names."""

    fits: bool | None
    addresses: list[str]
    name: str


class Wrapping(NamedTuple):
    """kind: signed, encrypted, compressed or other; `content` is the mail part inside where it can be taken out."""

    kind: str
    content: bytes | None = None
    signed: Signed | None = None


def is_wrapped(part: Part) -> bool:
    if part.children or part.filename.lower() not in NAMES:
        return False
    return part.type in TYPES or (part.type == "application/octet-stream" and part.filename.lower() == "smime.p7m")


def unwrapped(part: Part) -> Wrapping:
    """What is inside an application/pkcs7-mime part; never raises."""
    try:
        return opened(part.content())
    except Exception:  # noqa: BLE001 a foreign parser over hostile bytes raises whatever it likes
        claimed = part.parameters.get("smime-type", "").lower()
        return Wrapping("encrypted" if claimed == "enveloped-data" else "other")


def opened(content: bytes) -> Wrapping:
    from asn1crypto import cms  # 0.1 s to load

    info = cms.ContentInfo.load(content)
    kind = info["content_type"].native
    if kind in ("enveloped_data", "authenticated_enveloped_data", "encrypted_data"):
        return Wrapping("encrypted")
    if kind == "compressed_data":
        packed = info["content"]["encap_content_info"]["content"].native
        return Wrapping("compressed", zlib.decompressobj().decompress(packed, MAX_UNWRAPPED_BYTES))
    if kind != "signed_data":
        return Wrapping("other")
    inside = info["content"]["encap_content_info"]["content"].native
    if not isinstance(inside, bytes) or not len(info["content"]["signer_infos"]):
        return Wrapping("other")
    return Wrapping("signed", inside, check(info["content"], [inside]))


def detached(signed: Part, signature: Part) -> Signed:
    """The state of a multipart/signed: its first part, headers included, against its second; never raises."""
    try:
        from asn1crypto import cms

        info = cms.ContentInfo.load(signature.content())
        raw = signed.raw[signed.begin : signed.end]
        # Line ends were CRLF when it was signed (RFC 1847 2.1); stores on the way may have changed them.
        lines = raw.replace(b"\r\n", b"\n")
        forms = dict.fromkeys((lines.replace(b"\n", b"\r\n"), raw, lines.replace(b"\n", b"\r\n") + b"\r\n"))
        return check(info["content"], list(forms))
    except Exception:  # noqa: BLE001 a foreign parser over hostile bytes raises whatever it likes
        return Signed(None, [], "")


def check(signed_data, forms: list[bytes]) -> Signed:
    """The first signature against every form of the content; whom its certificate names."""
    signer = signed_data["signer_infos"][0]
    certificate = certificate_of(signed_data, signer)
    if certificate is None:
        return Signed(None, [], "")
    try:
        fits = is_signature(signer, certificate, forms)
    except (ValueError, TypeError, KeyError, NotImplementedError, OverflowError):
        fits = None
    return Signed(fits, addresses_in(certificate), name_in(certificate))


def certificate_of(signed_data, signer):
    sid = signer["sid"]
    for choice in list(signed_data["certificates"] or [])[:MAX_CERTIFICATES]:
        if choice.name != "certificate":
            continue
        certificate = choice.chosen
        if sid.name == "subject_key_identifier":
            if certificate.key_identifier == sid.native:
                return certificate
        elif (
            certificate.serial_number == sid.chosen["serial_number"].native
            and certificate.issuer == sid.chosen["issuer"]
        ):
            return certificate
    return None


def is_signature(signer, certificate, forms: list[bytes]) -> bool | None:
    """Whether the signature was made over one of the forms by the key of the certificate; None: no way to tell."""
    digest = signer["digest_algorithm"]["algorithm"].native
    if digest not in DIGESTS or certificate.public_key.bit_size > MAX_KEY_BITS:
        return None
    attributes = signer["signed_attrs"]
    if not attributes:
        return any(verified(signer, certificate, digest, form) for form in forms)
    told = next((one["values"][0].native for one in attributes if one["type"].native == "message_digest"), None)
    if not any(hashlib.new(digest, form, usedforsecurity=False).digest() == told for form in forms):
        return False
    # What is signed are the attributes, as a set (RFC 5652 5.4).
    return verified(signer, certificate, digest, attributes.untag().dump())


def verified(signer, certificate, digest: str, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa

    key = serialization.load_der_public_key(certificate.public_key.dump())
    signature = signer["signature"].native
    method = getattr(hashes, digest.upper())()
    try:
        match key:
            case rsa.RSAPublicKey() if signer["signature_algorithm"].signature_algo == "rsassa_pss":
                method = getattr(hashes, signer["signature_algorithm"].hash_algo.upper())()
                key.verify(signature, content, padding.PSS(padding.MGF1(method), padding.PSS.AUTO), method)
            case rsa.RSAPublicKey():
                key.verify(signature, content, padding.PKCS1v15(), method)
            case ec.EllipticCurvePublicKey():
                key.verify(signature, content, ec.ECDSA(method))
            case dsa.DSAPublicKey():
                key.verify(signature, content, method)
            case ed25519.Ed25519PublicKey() | ed448.Ed448PublicKey():
                key.verify(signature, content)
            case _:
                raise NotImplementedError
    except InvalidSignature:
        return False
    return True


def addresses_in(certificate) -> list[str]:
    """The mail addresses a certificate is issued to."""
    found = []
    if certificate.subject_alt_name_value is not None:
        found = [one.native for one in certificate.subject_alt_name_value if one.name == "rfc822_name"]
    named = certificate.subject.native.get("email_address")
    found += named if isinstance(named, list) else [named] if named else []
    cleaned = [clean_line(str(one))[:MAX_ADDRESS_CHARS] for one in found[:MAX_CERTIFICATES]]
    return list(dict.fromkeys(one for one in cleaned if "@" in one))


def name_in(certificate) -> str:
    name = certificate.subject.native.get("common_name", "")
    return clean_line(str(name[0] if isinstance(name, list) else name))[:MAX_NAME_CHARS]
