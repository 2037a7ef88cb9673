"""Rosters: names are kept as they are written, lines that can't be are named with their remedy, and the expected number follows."""

import pytest
import sqlalchemy as sa
from village import NOW

from ballots.removal import throw_away
from polling.drafts import correct_poll, file_of
from polling.errors import BadInput, RuleRefused
from polling.polls import MOST_EXPECTED, PanelEntry, find_poll
from polling.rosters import LARGEST_ROSTER, RosterEntry, RosterLine, read_roster, roster_of, write_roster

RARE = "\U00020bb7野家"
# a name of the supplementary plane, one with blanks, one of 60 characters, Tibetan, Uyghur
NAMES = [RARE, "Ana  María de la Cruz", "长" * 60, "བཀྲ་ཤིས་ཚེ་རིང་།", "ئابدۇراخمان ئەزىز"]


@pytest.mark.parametrize("name", NAMES)
def test_names_stay_as_they_are(name):
    """Only the ends are trimmed, of blanks of any width and of what nobody sees."""
    assert read_roster(f"\ufeff 　{name}\u200b \r\n") == [RosterLine(name)]


def test_composed_letters_have_one_spelling():
    """What a Mac writes as letter and accent is the same letter (NFC)."""
    assert read_roster("e\u0301va") == [RosterLine("\u00e9va")]


@pytest.mark.parametrize("separator", ["\t", ",", "，", "،", " \t "])
def test_a_household_stands_behind_a_tab_or_a_comma(separator):
    """Two columns of a spreadsheet, or a comma of any keyboard; a head line and blank lines are no people."""
    text = f"姓名{separator}户主\n\n王强{separator}王大山\n王强{separator}王小山\n李\u3000四\n"
    assert read_roster(text) == [RosterLine("王强", "王大山"), RosterLine("王强", "王小山"), RosterLine("李\u3000四")]


def test_a_tab_lets_commas_stay_in_names():
    """What comes from a spreadsheet is divided by tabs alone."""
    assert read_roster("Smith, John\t一组\t\t") == [RosterLine("Smith, John", "一组")]


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("", "roster_empty", {}),
        (" \n\u200b\n姓名\n", "roster_empty", {}),
        ("甲\n" + "长" * 61, "roster_long", {"line": 2, "most": 60}),
        ("甲\n\n,户", "roster_no_name", {"line": 3}),
        ("甲\t一\t二", "roster_columns", {"line": 1}),
        ("甲\n乙\x00", "roster_letter", {"line": 2}),
        ("甲\n乙\n甲\n 甲\u3000", "roster_twice", {"names": ["甲: 1, 3", "甲: 1, 4"], "number": 2}),
        ("甲 乙,一\n甲  乙,一", "roster_twice", {"names": ["甲  乙 (一): 1, 2"], "number": 1}),
        ("\n".join(map(str, range(MOST_EXPECTED + 1))), "roster_many", {"number": 20_001, "most": 20_000}),
        ("名" * (LARGEST_ROSTER + 1), "roster_large", {"most": 20_000}),
    ],
)
def test_what_can_not_be_names_its_line(text, code, params):
    """Each refusal says where and what to do."""
    with pytest.raises(BadInput) as refused:
        read_roster(text)
    assert (refused.value.code, refused.value.params) == (code, params)


def test_many_doubles_are_counted_and_some_named():
    """A roster of 5,000 lines with doubles names five and their number."""
    with pytest.raises(BadInput, match="roster_twice") as refused:
        read_roster("\n".join(f"村民{number % 4990}" for number in range(5000)))
    assert refused.value.params["number"] == 10
    assert refused.value.params["names"][:1] == ["村民0: 1, 4991"]
    assert len(refused.value.params["names"]) == 6


def names(village, key="villagers"):
    """The roster as it lies in the database."""
    with village.database.read() as session:
        return [line.name for line in roster_of(session, find_poll(session, village.poll), key)]


def write(village, lines, key="villagers"):
    """Give the panel a roster."""
    with village.database.write() as session:
        write_roster(session, find_poll(session, village.poll, lock=True), key, [RosterLine(name) for name in lines])


def test_the_expected_number_follows_the_roster(any_village):
    """A roster sets it, a shorter one replaces it whole, none leaves the number; names come back as they were."""
    any_village.create()
    write(any_village, [*NAMES, *map(str, range(8))])
    assert any_village.panel().expected == 13
    write(any_village, [*NAMES, *map(str, range(6))])
    assert (names(any_village)[:5], any_village.panel().expected) == (NAMES, 11)
    write(any_village, [])
    assert (names(any_village), any_village.panel().expected) == ([], 11)


def test_a_corrected_draft_keeps_its_rosters(village):
    """A panel that stays keeps its roster, which fixes the number; one that goes takes its roster along, and so does a draft."""
    village.create(panels=("evaluators", "villagers"))
    write(village, ["甲", "乙"], "evaluators")
    write(village, ["丙"])
    with village.database.write() as session:
        poll = find_poll(session, village.poll, lock=True)
        file = file_of(poll)
        panels = (PanelEntry(key="villagers", expected=40),)
        correct_poll(session, poll, type(file)(**dict(_fields(file), panels=panels)), where="", who="王", now=NOW)
    assert (names(village), names(village, "evaluators"), village.panel().expected) == (["丙"], [], 1)
    with village.database.write() as session:
        throw_away(session, find_poll(session, village.poll), who="王", now=NOW)
        assert session.scalar(sa.select(sa.func.count()).select_from(RosterEntry)) == 0


def _fields(file):
    return {name: getattr(file, name) for name in file.__struct_fields__}


def test_printed_slips_bound_a_roster(village):
    """After printing one more takes a spare slip; more than there are slips, or fewer than the scheme asks, is refused."""
    village.create(spare=2)
    village.print()
    write(village, map(str, range(11)))
    panel = village.panel()
    assert (panel.expected, panel.spare) == (11, 1)
    for number, code in ((13, "roster_above_printed"), (9, "roster_short")):
        with pytest.raises(RuleRefused, match=code):
            write(village, map(str, range(number)))
    village.open()
    with pytest.raises(RuleRefused, match="state_needed"):
        write(village, ["甲"])


def test_a_roster_is_for_a_panel_of_the_poll(village):
    """A key from another poll's page is refused in words."""
    village.create()
    with pytest.raises(BadInput, match="panel_missing"):
        write(village, ["甲"], "evaluators")
