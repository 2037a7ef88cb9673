"""QR codes on pages of the desk."""

import base64
import io

import qrcode


def picture(text: str) -> str:
    """A QR code as a PNG within an address: what is in it lies in no file."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, box_size=6)
    code.add_data(text)
    out = io.BytesIO()
    code.make_image().get_image().convert("1").save(out, "PNG")
    return f"data:image/png;base64,{base64.b64encode(out.getvalue()).decode()}"
