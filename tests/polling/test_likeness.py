"""Names that are almost the same: what is asked about, and what is left in peace."""

import pytest

from polling.likeness import like


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("达那村驻村工作队", "达纳村驻村工作队"),
        ("达纳村工作队", "达纳村驻村工作队"),
        ("达纳村驻村工作队队", "达纳村驻村工作队"),
        ("纳达村驻村工作队", "达纳村驻村工作队"),
        ("达纳村 驻村工作队", "达纳村驻村工作队"),
        ("ＡＢ村", "ab村"),
        ("扎 西", "扎西"),
    ],
)
def test_a_slip_of_the_hand_is_seen(name, meant):
    """One character, two that changed places, one or two more, blanks and widths; in both directions."""
    assert like(name, ["别的村工作队", meant]) == meant
    assert like(meant, [name]) == name


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("嘎玛村驻村工作队", "达纳村驻村工作队"),
        ("第1工作队", "第2工作队"),
        ("第一组", "第二组"),
        ("上达村工作队", "下达村工作队"),
        ("扎西", "扎桑"),
        ("达纳村驻村工作队", "达纳村驻村工作队"),
        ("", "达纳村驻村工作队"),
    ],
)
def test_who_is_somebody_else_is_left_in_peace(name, known):
    """Numbered neighbours, short names, names that differ in more, and the same name."""
    assert like(name, [known]) is None


def test_a_name_that_is_known_is_no_slip():
    """It is itself, whatever else looks like it."""
    assert like("达那村驻村工作队", ["达纳村驻村工作队", "达那村驻村工作队"]) is None
