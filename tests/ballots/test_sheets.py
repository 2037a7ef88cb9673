"""What a printed slip promises: it can be scanned, typed and read, differs from the next in its code only, and its secret is nowhere else."""

import dataclasses
import gettext
import io
import logging
import random
import re
import shutil
import subprocess
import tempfile
import tracemalloc
from collections import Counter

import pypdf
import pytest
import qrcode
from qrcode.util import MODE_8BIT_BYTE, QRData

from ballots.qr import MASK, CodeImages, modules
from ballots.scripts import FONTS
from ballots.sheets import Keys, TextTooLong, lay_out, slip_text, write_sheets
from ballots.typeface import check_glyphs, code_face, text_face, wrap
from ballots.unprintable import MissingGlyph

PLAIN = gettext.NullTranslations()
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
LONG_TITLE = "关于开展二〇二六年第四季度驻村工作队和第一书记履职情况民主测评暨群众满意度调查工作的嘎玛乡嘎玛村嘎东自然村第二次全体村民代表会议投票"
needs_readers = pytest.mark.skipif(
    not (shutil.which("pdftoppm") and shutil.which("zbarimg")),
    reason="NOT TESTED whether slips can be scanned: pdftoppm or zbarimg is missing, `make tools` installs them",
)


def codes(count, seed=1):
    """Make well-formed codes, the same ones for the same seed."""
    draw = random.Random(seed)
    return [
        "-".join("".join(draw.choice(ALPHABET) for _ in range(size)) for size in (5, 6, 5, 6)) for _ in range(count)
    ]


def a_slip(**changes):
    """Make the slip of a village poll."""
    words = {
        "title": "2026年10月 嘎玛村驻村工作队民主测评",
        "panel_title": "村民代表和老党员代表",
        "panel": "gXrgPRVuWQxNFS",
        "base_url": "http://192.168.137.1:8000",
        "asks": "嘎玛乡党委，电话0895-1234567",
        "why": "驻村工作队2026年10月考核",
        "kept": "公示期满后30天",
        "keys": Keys.SEPARATE,
        "rehearsal": False,
    }
    return slip_text(PLAIN, **(words | changes))


def printed(slip, values):
    """Print and return the bytes."""
    out = io.BytesIO()
    write_sheets(out, slip, values, PLAIN)
    return out.getvalue()


def text_of(pdf):
    """Return the text of each page, without blanks and line breaks; pypdf gives the high byte of a glyph's number as a NUL before it."""
    return [re.sub(r"[\s\0]", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def scanned(pdf, folder, dpi=200):
    """Render the pages and return what a QR reader finds on each."""
    (folder / "sheets.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "sheets.pdf", "page"], cwd=folder, check=True)
    found = []
    for page in sorted(folder.glob("page*.pgm")):
        answer = subprocess.run(
            ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", page],
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(answer.stdout.split())
    return found


@needs_readers
def test_every_code_of_a_sheet_can_be_scanned(tmp_path):
    """A QR reader finds every slip's address on full and partly filled pages printed and scanned at 200 dpi."""
    slip, values = a_slip(rehearsal=True), codes(22)
    pages = scanned(printed(slip, values), tmp_path)
    assert [sorted(page) for page in pages] == [
        sorted(slip.url(value) for value in values[start : start + 6]) for start in range(0, 22, 6)
    ]


@needs_readers
@pytest.mark.parametrize(
    "base_url", ["http://10.0.0.9:8000", "https://ceping.gamaxiang.changdu.example.gov.cn:8443/yipiao/"]
)
def test_short_and_long_addresses_can_be_scanned(tmp_path, base_url):
    """Whatever the address' length, the QR code has a version that holds it and its 30 mm can be read."""
    slip, values = a_slip(base_url=base_url), codes(6)
    assert sorted(scanned(printed(slip, values), tmp_path)[0]) == sorted(
        f"{base_url.rstrip('/')}/v/gXrgPRVuWQxNFS#{value}" for value in values
    )


def test_the_qr_code_is_30_mm_wide_with_four_white_modules_around():
    """The code itself measures 30 mm on paper, its image has a white rim of four modules and one bit a pixel."""
    slip, value = a_slip(), codes(1)[0]
    images = CodeImages(slip.url(""), 25)
    content = pypdf.PdfReader(io.BytesIO(printed(slip, [value]))).pages[0].get_contents().get_data().decode("latin-1")
    width, height = re.search(r"q (\S+) 0 0 (\S+) \S+ \S+ cm BI", content).groups()
    assert width == height
    assert float(width) * images.modules / images.side * 25.4 / 72 == pytest.approx(30, abs=0.01)
    assert re.search(rf"BI /W {images.side} /H {images.side} /BPC 1 ", content)
    octets = (images.side + 7) // 8
    data = images.pixels(value)
    rows = [
        f"{int.from_bytes(data[at : at + octets], 'big'):0{octets * 8}b}"[: images.side]
        for at in range(0, len(data), octets)
    ]
    assert {*rows[:4], *rows[-4:]} == {"1" * images.side}
    assert {row[:4] + row[-4:] for row in rows} == {"1" * 8}
    assert rows[4][4:11] == "0" * 7


@pytest.mark.parametrize(
    "base_url", ["http://10.0.0.9", "http://192.168.137.1:8000", "https://" + "a" * 90 + ".example"]
)
def test_codes_made_by_exclusive_or_are_those_of_the_library(base_url):
    """The fast way to make QR codes gives module for module what the qrcode library makes of the same text."""
    slip = a_slip(base_url=base_url)
    images = CodeImages(slip.url(""), 25)
    for value in codes(20):
        peer = qrcode.QRCode(
            version=images.version, error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=MASK, border=4
        )
        peer.add_data(QRData(slip.url(value).encode(), MODE_8BIT_BYTE))
        peer.make(fit=False)
        octets = (images.side + 7) // 8
        rows = ["".join("0" if module else "1" for module in row).ljust(octets * 8, "1") for row in peer.get_matrix()]
        assert images.pixels(value) == int("".join(rows), 2).to_bytes(octets * len(rows), "big")


@pytest.mark.parametrize("rehearsal", [True, False])
def test_every_slip_carries_its_sentences(rehearsal):
    """Title, panel, who may not ask, who asks, why, how long kept, and the typed twin of the code stand on each slip; 演练 on rehearsals only."""
    slip, values = a_slip(rehearsal=rehearsal), codes(8)
    pages = text_of(printed(slip, values))
    assert len(pages) == 2
    for page, here in zip(pages, (values[:6], values[6:]), strict=True):
        for sentence in (
            slip.title,
            slip.panel_title,
            "任何人不得要求您出示选择",
            "没有人能看到您的选择",
            "嘎玛乡党委，电话0895-1234567",
            "个人信息保护法第十七条",
            "公示期满后30天",
            "http://192.168.137.1:8000",
            "gXrgPRVuWQxNFS",
        ):
            assert page.count(re.sub(r"\s", "", sentence)) == len(here), sentence
        assert page.count("演练") == (len(here) if rehearsal else 0)
        for value in here:
            assert page.count(value) == 1


def test_no_slip_promises_more_than_the_keys_do():
    """没有人能看到您的选择 stands only on slips of a poll whose keys were made apart; a server's lone key is named."""
    promise = "没有人能看到"
    assert promise in a_slip(keys=Keys.SEPARATE).secrecy
    assert promise not in a_slip(keys=Keys.SERVER_ALONE).secrecy
    assert "服务器" in a_slip(keys=Keys.SERVER_ALONE).secrecy


def test_slips_differ_in_nothing_but_the_code():
    """No serial number and no mark: with code and place taken out, all slips of a panel are drawn by the same operators and say the same."""
    slip, values = a_slip(), codes(12)
    pdf = printed(slip, values)
    drawings = set()
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        content = re.sub(rb"ID [0-9a-f]+>", b"ID", page.get_contents().get_data())
        for slip_content in content.split(b"q 1 0 0 1 ")[1:]:
            shared, own = slip_content.split(b"BI ")
            moved, _, shared = shared.partition(b" cm\n")
            assert re.fullmatch(rb"\S+ \S+", moved)
            shared = shared.rpartition(b"Q\nq ")[0]
            bare = re.sub(rb"\((\\.|[^\\)])*\)|-?[\d.]+", b"", own, flags=re.DOTALL)
            # the first slip of a page chooses the font for all of them, which is nothing to be seen
            drawings.add((shared, bare.replace(b"BT /F  Tf ET\n", b"").rstrip()))
    assert len(drawings) == 1
    alone = Counter(text_of(printed(slip, values[:1]))[0].replace(values[0], ""))
    for page, here in zip(text_of(pdf), (values[:6], values[6:]), strict=True):
        for value in here:
            page = page.replace(value, "", 1)  # noqa: PLW2901 - what is left counts
        assert Counter(page) == Counter({character: 6 * count for character, count in alone.items()})


def test_a_page_holds_nothing_but_slips():
    """There are as many pages as the slips need, a page without its slips has no text, and the last one has its own slips only."""
    slip = a_slip()
    for count, pages in ((1, 1), (6, 1), (7, 2), (25, 5)):
        found = text_of(printed(slip, codes(count)))
        assert [page.count("投票码") for page in found] == [6] * (pages - 1) + [count - 6 * (pages - 1)]


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("ᠮ", "MONGOLIAN"),
        ("א", "HEBREW"),
        ("ﺋ", "ARABIC LETTER"),
        ("𪚥", "CJK UNIFIED"),
        ("😀", "GRINNING"),
        ("\u202e", "RIGHT-TO-LEFT"),
        ("\n", "no name"),
        ("\u200b", "ZERO WIDTH"),
        ("\xad", "SOFT HYPHEN"),
        ("\u0301", "COMBINING ACUTE"),
        ("각", "HANGUL"),
    ],
)
def test_a_missing_glyph_stops_the_print_and_is_named(character, name):
    """A character that would print as an empty box stops everything before a code is taken, and the message says which and where."""

    def untouched():
        raise AssertionError("a code was taken")
        yield

    for field in ("title", "panel_title", "asks"):
        slip = a_slip(**{field: f"嘎玛{character}村"})
        out = io.BytesIO()
        with pytest.raises(MissingGlyph, match=name) as stopped:
            write_sheets(out, slip, untouched(), PLAIN)
        assert stopped.value.character == character
        assert f"嘎玛{character}村" in stopped.value.text
        assert out.getvalue() == b""


def test_rare_surnames_can_be_printed():
    """Surnames outside everyday fonts are in the shipped one: rare Han characters, extension B, the name dot of Tibetan and Uyghur names."""
    check_glyphs(["仝㐱䶮𠮷𠅤禤亓逄仉爨麴䢺", "次仁·卓嘎", "阿依古丽•买买提", "〇㑇㛃"])


def test_the_whole_font_is_shipped_with_its_licence():
    """Every Han character of the unified block and extension A is there, and the licence lies beside the font."""
    wanted = [*range(0x4E00, 0x9FF0), *range(0x3400, 0x4DB6)]
    assert [hex(point) for point in wanted if not text_face().has(chr(point))] == []
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()


@pytest.mark.parametrize("title", ["测评", LONG_TITLE[:60], "W" * 60, "a b" * 20, "（" * 60, "，" * 60])
@pytest.mark.parametrize("rehearsal", [True, False])
def test_long_titles_wrap_and_never_leave_the_slip(title, rehearsal):
    """Up to 60 characters of title stay between the margins, off the 演练 frame and off the QR code with its quiet zone."""
    slip = a_slip(title=title, rehearsal=rehearsal, keys=Keys.SERVER_ALONE)
    layout = lay_out(slip, PLAIN)
    quiet = 30 / modules(len(slip.url("0" * 25))) * 4
    for line in layout.lines:
        left, right = line.x, line.x + line.face.width(line.text, line.size)
        top, bottom = line.y - line.size * 0.3528 * 0.9, line.y + line.size * 0.3528 * 0.25
        assert left >= 5
        assert right <= layout.width - 4.98
        assert top >= 4.5
        assert bottom <= layout.height - 4.5
        assert (
            left >= 5 + 30 + quiet or bottom <= layout.qr_top - quiet + 0.6 or top >= layout.qr_top + 30 + quiet - 0.6
        )
        if layout.rehearsal and line.text != "演练":
            assert right <= layout.rehearsal[0] or top >= layout.rehearsal[1] + layout.rehearsal[3] - 0.5
    words = "".join(line.text for line in layout.lines if line.bold)
    assert re.sub(r"\s", "", title) in re.sub(r"\s", "", words)


def test_sizes_stay_readable():
    """Whatever the text, sentences are at least 9 pt and the privacy notice at least 6.5 pt; a usual poll gets more than 10 pt."""
    tight = lay_out(a_slip(title=LONG_TITLE, rehearsal=True, keys=Keys.SERVER_ALONE), PLAIN)
    usual = lay_out(a_slip(), PLAIN)
    for layout, sentence in ((tight, 9), (usual, 10)):
        sizes = {line.text: line.size for line in layout.lines}
        assert min(sizes.values()) >= 6.5
        assert sizes["任何人不得要求您出示选择"] >= sentence + 1
        assert min(size for text, size in sizes.items() if text.startswith(("①", "②", "③"))) >= sentence
        assert layout.code.size >= 11


def test_text_that_fits_on_no_slip_is_refused():
    """A notice as long as a chapter is refused instead of printed too small or cut off."""
    with pytest.raises(TextTooLong):
        lay_out(a_slip(why="考核" * 3000), PLAIN)


def test_lines_break_by_the_chinese_rules():
    """No line begins with a closing mark or ends with an opening one, words stay whole, nothing is lost."""
    text = "驻村工作队（含第一书记），按《办法》第十七条：测评100分制，打开 http://192.168.1.1 后“提交”。" * 3
    for width in range(18, 90, 3):
        lines = wrap(text_face(), text, 9, width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        for line in lines:
            assert text_face().width(line, 9) <= width
            assert line[0] not in "，。：）》”"
            assert line[-1] not in "（《“"


def test_a_secret_goes_nowhere_but_to_the_sheets(tmp_path, monkeypatch, caplog, capfd):
    """After printing, no temporary file, log line, console output, metadata or other object knows a code."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    caplog.set_level(logging.DEBUG)
    value = codes(1, seed=7)[0]
    pdf = printed(a_slip(), [value])
    assert list(tmp_path.rglob("*")) == []
    told = (
        caplog.text
        + "".join(capfd.readouterr())
        + str(pypdf.PdfReader(io.BytesIO(pdf)).metadata)
        + str(pypdf.PdfReader(io.BytesIO(pdf)).trailer)
    )
    for secret in (value, value.replace("-", ""), value[:5]):
        assert secret not in told
    assert b"/ID" not in pdf
    assert "2000" in str(pypdf.PdfReader(io.BytesIO(pdf)).metadata["/CreationDate"])


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "9dwtq5H8YqVXiRsE7Y2zvR",
        "0dwtq-5H8YqV-XiRsE-7Y2zvR",
        "9dwtq-5H8YqV-XiRsE-7Y2zvRR",
        "９dwtq-5H8YqV-XiRsE-7Y2zvR",
    ],
)
def test_a_malformed_code_is_refused_without_being_told(wrong):
    """What is no code of the form is not printed; the error names its place, never its text, and nothing is written."""
    out = io.BytesIO()
    with pytest.raises(ValueError, match="code 2 is not of the form") as refused:
        write_sheets(out, a_slip(), [codes(1)[0], wrong], PLAIN)
    assert not wrong or wrong not in str(refused.value)
    assert out.getvalue() == b""


def test_printing_nothing_is_refused():
    """A panel without codes makes no empty sheet."""
    with pytest.raises(ValueError, match="no codes"):
        write_sheets(io.BytesIO(), a_slip(), [], PLAIN)


def test_sentences_go_through_the_translations():
    """Every fixed sentence of the slip can be translated: with a marking translator, no Chinese of ours is left unmarked."""

    class Marked(gettext.NullTranslations):
        def gettext(self, message):
            return "x" * min(len(message), 3) + ("%s" if "%s" in message else "")

    words = dataclasses.asdict(a_slip())
    translated = slip_text(
        Marked(),
        **dict.fromkeys(("title", "panel_title", "panel", "base_url", "asks", "why", "kept"), "y"),
        keys=Keys.SEPARATE,
        rehearsal=True,
    )
    assert set(words) == {field.name for field in dataclasses.fields(translated)}
    said = "".join(line.text for line in lay_out(translated, Marked()).lines)
    assert re.findall("[\u4e00-\u9fff]", said) == []


def test_ten_thousand_slips_do_not_pile_up_in_memory():
    """Memory grows by less than 10 kB a slip (200 MB for 10,000 slips would be 20)."""
    slip = a_slip()
    tracemalloc.start()
    try:
        printed(slip, codes(600))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 30e6


def test_codes_are_set_in_a_face_that_tells_them_apart():
    """Codes stand in a fixed-width face; every character has the same width there."""
    assert len({code_face().advances[ord(character)] for character in ALPHABET + "-"}) == 1
