"""QR codes on pages of the desk."""

import base64
import io

import qrcode
from qrcode.image.svg import SvgPathFillImage


def drawing(text: str) -> str:
    """The same as an SVG, sharp at every size, on a white ground."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, image_factory=SvgPathFillImage)
    code.add_data(text)
    return f"data:image/svg+xml;base64,{base64.b64encode(code.make_image().to_string()).decode()}"


def picture(text: str) -> str:
    """A QR code as a PNG within an address: what is in it lies in no file."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, box_size=6)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image().get_image().convert("1").save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
