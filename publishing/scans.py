"""What may be attached to a paper signature: a picture or a PDF, known by its content, never by its name."""

import io

from PIL import Image, UnidentifiedImageError

from polling.errors import BadInput

LARGEST = 5 * 2**20
TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
PDF = "application/pdf"
PDF_END = 1024


def type_of(raw: bytes) -> str:
    """The media type of a scan. Raises BadInput `scan_missing`, `scan_large`, `scan_type`."""
    if not raw:
        raise BadInput("scan_missing")
    if len(raw) > LARGEST:
        raise BadInput("scan_large", most=LARGEST // 2**20)
    if raw.startswith(b"%PDF-") and b"%%EOF" in raw[-PDF_END:]:
        return PDF
    try:
        with Image.open(io.BytesIO(raw), formats=list(TYPES)) as picture:
            kind = TYPES[str(picture.format)]
            picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        raise BadInput("scan_type") from None
    return kind
