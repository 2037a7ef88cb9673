"""The lines of a reconciliation: what balances says so, what does not has its reason."""

import io
from gettext import NullTranslations

import pytest
from pypdf import PdfReader
from reports import a_document

from ballots.reconciliation import Fault, Reconciliation
from publishing.balance_words import balance_line, rows_line
from publishing.report import write_report

GOOD = {"printed": 12, "issued": 10, "spoiled": 1, "unused": 1, "returned": 9, "present": 10, "expected": 11}


def same(text):
    """Words as they are."""
    return text


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({}, ()),
        ({"unused": 2}, (Fault.PRINTED,)),
        ({"returned": 11}, (Fault.RETURNED,)),
        ({"present": 9}, (Fault.ISSUED,)),
        ({"present": 12}, (Fault.PRESENT,)),
        ({"issued": 12, "unused": 0}, (Fault.PRINTED, Fault.ISSUED)),
    ],
)
def test_each_relation_is_held(changed, faults):
    """Every one of the four relations is missed by itself, and the line says so with the reason."""
    found = Reconciliation(**(GOOD | changed), note="补发一张。")
    assert found.faults == faults
    assert balance_line(found, same).endswith("：不相符，理由：补发一张。" if faults else "：相符。")


def test_rows_add_up_to_what_was_returned():
    """All counted rows balance, or the line says that some do not; a panel without counts has no line."""
    row = {"counts": {"a": 5}, "valid": 5, "invalid": 1, "abstain": 2, "dont_know": None}
    assert rows_line([row, row | {"counts": None}], 8, same).endswith("收回8：相符。")
    assert "不等于收回9" in rows_line([row], 9, same)
    assert rows_line([row | {"counts": None}], 8, same) == ""


def test_the_report_shows_the_reconciliation():
    """The sheet that people sign has the figures of closing, and the reason where they do not balance."""
    document = a_document()
    key = document["panels"][0]["key"]
    out = io.BytesIO()
    write_report(
        out, document, NullTranslations(), balances={key: Reconciliation(**(GOOD | {"present": 9}), note="一人代领")}
    )
    text = "".join(page.extract_text() for page in PdfReader(out).pages).replace("\n", "").replace("\0", "")
    assert "备用未用1" in text
    assert "不相符，理由：一人代领" in text
