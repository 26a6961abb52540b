"""What a mail's signature or encryption says, and how much of it was checked."""

from dataclasses import dataclass

from .smime import SIGNATURE_TYPES, Signed, detached
from .structure import Part

ENCRYPTED = "The mail is encrypted; its content can be read only with the recipient's key."
BROKEN = "The signature does not fit the mail: it was changed after it was signed."
CLOSED = "The mail is wrapped by S/MIME; its content is in the attachment."


@dataclass(frozen=True, slots=True, kw_only=True)
class Security:
    """state: signed or encrypted · by: smime or pgp · signature: `fits` the words and the certificate that came with
    it, is `broken`, or is `unchecked`. Who issued the certificate is never checked: `signer` is what it says about
    itself. `whole` is false when only a part of the mail is signed or encrypted."""

    state: str
    by: str
    signature: str | None = None
    signer: str | None = None
    signer_name: str = ""
    whole: bool = True


def encrypted(by: str) -> Security:
    return Security(state="encrypted", by=by)


def signed_by_pgp() -> Security:
    """The keys of the senders are not here, so that nothing can be said of the signature."""
    return Security(state="signed", by="pgp", signature="unchecked")


def of_parts(part: Part, sender: str) -> Security:
    """The state of a multipart/signed; `sender` is the address in From."""
    kinds = {child.type for child in part.children[1:]} | {part.parameters.get("protocol", "").lower()}
    if SIGNATURE_TYPES.isdisjoint(kinds):
        return signed_by_pgp()
    if len(part.children) < 2:
        return Security(state="signed", by="smime", signature="unchecked")
    return of_signature(detached(part.children[0], part.children[1]), sender)


def of_signature(signed: Signed, sender: str) -> Security:
    """The state that a checked S/MIME signature has; of several addresses in the certificate that of the sender."""
    own = next((address for address in signed.addresses if address.lower() == sender.lower()), None)
    return Security(
        state="signed",
        by="smime",
        signature={True: "fits", False: "broken", None: "unchecked"}[signed.fits],
        signer=own or next(iter(signed.addresses), None),
        signer_name=signed.name,
    )
