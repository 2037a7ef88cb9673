"""The printable backup of a trustee's key: one A4 page with the groups as text and as a QR code."""

import io
from typing import BinaryIO

import qrcode

from ballots.sheets import Translations
from ballots.typeface import Print, code_face, text_face, wrap, write

LEFT, WIDTH = 20.0, 170.0
QR_SIZE = 60.0


def write_backup_sheet(out: BinaryIO, text: str, fingerprint: str, translations: Translations) -> None:
    """Write the page to `out`; the key is on it and nowhere else."""
    _ = translations.gettext
    sentences = [
        _("钥匙备份：请收在锁好的地方，谁也不给看。"),
        _("钥匙文件丢了，用这张纸能做回来；两样都丢了，本次测评就开不了箱，只能重新测评。"),
        _("测评结束、结果公布并过了异议期以后，请当着两个人的面销毁。"),
    ]
    groups = text.split("-")
    pdf = Print()
    face, fixed = text_face(), code_face()
    face.embed(pdf, [*sentences, _("钥匙核对码："), "0123456789"])
    fixed.embed(pdf, [text, fingerprint])
    pdf.add_page()
    y = 30.0
    for number, sentence in enumerate(sentences):
        size = 16 if number == 0 else 11
        for line in wrap(face, sentence, size, WIDTH):
            write(pdf, face, (LEFT, y), line, size, bold=number == 0)
            y += size * 0.55
        y += 2
    write(pdf, face, (LEFT, y + 4), _("钥匙核对码："), 11)
    write(pdf, fixed, (LEFT + 25, y + 4), fingerprint, 11)
    y += 18
    for number, group in enumerate(groups, start=1):
        row, column = divmod(number - 1, 4)
        write(pdf, face, (LEFT + column * 42, y + row * 16), str(number), 9)
        write(pdf, fixed, (LEFT + 5 + column * 42, y + row * 16), group, 16)
    y += 34
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, border=4, box_size=8)
    code.add_data(text)
    picture = io.BytesIO()
    code.make_image().get_image().convert("1").save(picture, "PNG")
    pdf.image(picture, x=LEFT, y=y, w=QR_SIZE, h=QR_SIZE)
    pdf.output(out)
