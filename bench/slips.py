"""Printing 10,000 slips: seconds and peak memory in a process of its own, against a bare making of the same QR codes."""

import gettext
import io
import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import qrcode
from qrcode.util import MODE_8BIT_BYTE, QRData

from ballots.qr import MASK
from ballots.sheets import Keys, slip_text, write_sheets

ROOT = Path(__file__).parent.parent
SLIPS = 10_000
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SLIP = slip_text(
    gettext.NullTranslations(),
    title="2026年10月 嘎玛村驻村工作队民主测评",
    panel_title="村民代表和老党员代表",
    panel="gXrgPRVuWQxNFS",
    base_url="http://192.168.137.1:8000",
    asks="嘎玛乡党委，电话0895-1234567",
    why="驻村工作队2026年10月考核",
    kept="公示期满后30天",
    keys=Keys.SEPARATE,
    rehearsal=False,
)


def codes(count):
    """Yield well-formed codes that are nobody's, the same ones each time."""
    draw = random.Random(10)
    for _ in range(count):
        yield "-".join("".join(draw.choices(ALPHABET, k=size)) for size in (5, 6, 5, 6))


def _print_all():
    began = time.perf_counter()
    out = io.BytesIO()
    write_sheets(out, SLIP, codes(SLIPS), gettext.NullTranslations())
    seconds = time.perf_counter() - began
    # Linux counts the peak in kB
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "bytes": len(out.getvalue())}))


def _bare_codes():
    """Make the same codes' matrices with the qrcode library and nothing else, version and mask fixed."""
    began = time.perf_counter()
    for value in codes(SLIPS):
        code = qrcode.QRCode(version=5, error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=MASK, border=0)
        code.add_data(QRData(SLIP.url(value).encode(), MODE_8BIT_BYTE))
        code.make(fit=False)
    print(json.dumps({"seconds": time.perf_counter() - began}))


def _child(name):
    answer = subprocess.run(
        [sys.executable, "-m", "bench.slips", name], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return json.loads(answer.stdout)


def measure():
    """Return what was measured as (name, value, unit, target) tuples; a target is None or the largest good value."""
    printed, bare = _child("print"), _child("bare")
    return [
        (f"printing {SLIPS:,} slips", printed["seconds"], "s", 20.0),
        ("  peak memory of that process", printed["peak"], "MB", 200.0),
        ("  size of the sheets", printed["bytes"] / 1e6, "MB", None),
        ("  ratio to making the bare QR matrices with the library", printed["seconds"] / bare["seconds"], "x", None),
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["print"]:
        _print_all()
    elif sys.argv[1:] == ["bare"]:
        _bare_codes()
    else:
        for name, value, unit, target in measure():
            print(f"{name}: {value:.2f} {unit}" + (f" (at most {target:g})" if target else ""))
