"""People are found by characters, pinyin and initials, in every reading of their characters; other writing as it is written."""

import pytest

from polling.spelling import findable, typed


@pytest.mark.parametrize(
    ("name", "search"),
    [
        ("王强", "王强"),
        ("王强", "强"),
        ("王强", "wq"),
        ("王强", "wangqiang"),
        ("王强", "WANG Qiang"),
        ("王强", "wangq"),
        ("王 强", "wq"),
        ("单雄信", "sxx"),
        ("单雄信", "danxiongxin"),
        ("曾国藩", "zgf"),
        ("解缙", "xiejin"),
        ("吕布", "lvbu"),
        ("村民12", "cm12"),
        ("欧阳娜娜", "oynn"),
        ("\U00020bb7野家", "\U00020bb7y"),
        ("བཀྲ་ཤིས་ཚེ་རིང་།", "ཚེ་རིང"),
        ("ئابدۇراخمان ئەزىز", "ئەزىز"),
        ("Zoë Müller", "zoe\u0308m"),
    ],
)
def test_a_person_is_found(name, search):
    """What is typed is part of what the person is found by."""
    assert typed(search) in findable(name)


@pytest.mark.parametrize("search", ["wx", "王x", "qw"])
def test_others_are_not(search):
    """What is not in a name does not find it."""
    assert typed(search) not in findable("王强", "一组")


def test_a_household_is_found_as_it_is_written():
    """By the householder's characters, not by their readings: attendants look for people."""
    assert typed("大山") in findable("王强", "王大山")


def test_many_readings_are_bounded():
    """A long name of characters with many readings makes no long list."""
    assert len(findable("乐单曾解仇朴" * 10)) < 24 * 61 * 6
