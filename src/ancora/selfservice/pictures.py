"""A text as a picture that a camera reads."""

import base64

import qrcode
from qrcode.image.svg import SvgPathFillImage


def qr_code(text: str) -> str:
    """The QR code (ISO/IEC 18004) of a text as the address of an SVG: black on white in every scheme, as cameras want
    it, and with its quiet zone."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, image_factory=SvgPathFillImage)
    code.add_data(text)
    return "data:image/svg+xml;base64," + base64.b64encode(code.make_image().to_string()).decode()
