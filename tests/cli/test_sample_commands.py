"""`yipiao sample`: fix, draw, list, show, verify, and what is refused."""

import json

import pytest
from counties import own_pack
from drawing import THROWS, VILLAGES

from polling.db import Database
from polling.settings import read_settings
from publishing.signing_keys import load_signer

DICE = [f"{by}={digits}" for by, digits in THROWS]


@pytest.fixture
def names(tmp_path):
    """The list of villages."""
    path = tmp_path / "villages.txt"
    path.write_text("\ufeff" + "\r\n".join(reversed(VILLAGES)), encoding="utf-8")
    return path


@pytest.fixture
def fix(command, names):
    """`sample fix` of the usual list."""
    return lambda *more: command("sample", "fix", names, "--purpose", "半年抽查", "--period", "2026H1", *more)


@pytest.fixture
def keys(tmp_path):
    """The keys that sign, as /api/v1/keys gives them."""

    def write():
        database = Database(read_settings())
        signer = load_signer(database)
        database.dispose()
        path = tmp_path / "keys.json"
        listed = [{"key": signer.key_id, "algorithm": "Ed25519", "public": signer.public_base64}]
        path.write_text(json.dumps({"keys": listed}), encoding="utf-8")
        return path

    return write


def test_from_the_list_to_the_check(command, fix, tmp_path, keys):
    """Fixed, drawn, shown, and worked out again from the file alone, with signature and the commitment written down."""
    made = fix("--ratio", "20%", "--out", tmp_path / "fixed.json")
    assert (made["number"], made["size"]) == (47, 10)
    before = command("sample", "verify", tmp_path / "fixed.json", "--keys", keys())
    assert (before["sample"], before["commitment"]) == (None, made["commitment"])
    drawn = command("sample", "draw", made["draw"], "--dice", DICE[0], "--dice", DICE[1], "--out", tmp_path / "r.json")
    assert len(drawn["sample"]) == 10
    assert command("sample", "show", made["draw"], "--out", tmp_path / "again.json") == drawn
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "r.json").read_bytes()
    written_down = " ".join(made["commitment"][place : place + 4] for place in range(0, 64, 4)).upper()
    checked = command("sample", "verify", tmp_path / "r.json", "--keys", keys(), "--commitment", written_down)
    assert checked["sample"] == drawn["sample"]
    assert checked["signature_checked"]
    [listed] = command("sample", "list")["draws"]
    assert listed == {
        "draw": made["draw"],
        "purpose": "半年抽查",
        "period": "2026H1",
        "drawn": True,
        "replaced_by": None,
    }


def test_an_altered_record_is_refused(command, fix, tmp_path, keys):
    """A name put in by hand: the signature says so, and without keys the working out does; other files are unreadable."""
    made = fix("--ratio", "20%", "--out", tmp_path / "fixed.json")
    drawn = command("sample", "draw", made["draw"], "--dice", DICE[0], "--dice", DICE[1], "--out", tmp_path / "r.json")
    text = (tmp_path / "r.json").read_text(encoding="utf-8")
    stays = next(name for name in VILLAGES if name not in drawn["sample"])
    head, middle, tail = text.rpartition(f'"name":"{drawn["sample"][0]}"')
    assert middle
    (tmp_path / "bad.json").write_text(f'{head}"name":"{stays}"{tail}', encoding="utf-8")
    command.refused("signature_false", "sample", "verify", tmp_path / "bad.json", "--keys", keys())
    assert "种子" in command.refused("sample_wrong", "sample", "verify", tmp_path / "bad.json")
    command.refused("sample_commitment", "sample", "verify", tmp_path / "r.json", "--commitment", "0" * 64)
    (tmp_path / "none.json").write_text("{}", encoding="utf-8")
    command.refused("unreadable", "sample", "verify", tmp_path / "none.json", code=2)
    (tmp_path / "other.json").write_text(text.replace('"version":1', '"version":9'), encoding="utf-8")
    command.refused("unreadable", "sample", "verify", tmp_path / "other.json", code=2)


def test_what_is_refused(command, fix, names, tmp_path):
    """Each with its sentence: what it lacks, and what to do."""
    assert "20%" in command.refused("ratio_missing", *["sample", "fix"], names, *usual(), code=2)
    command.refused("usage", *["sample", "fix"], names, *usual(), "--source", "双色球", code=2)
    command.refused("usage", *["sample", "fix"], names, *usual(), "--scheme", "standard", code=2)
    rule = ("--scheme", "standard", "--inspection", "none")
    command.refused("inspection_unknown", *["sample", "fix"], names, *usual(), *rule, code=2)
    past = ("--ratio", "20%", "--source", "双色球", "--day", "2020-01-01")
    command.refused("draw_day_past", *["sample", "fix"], names, *usual(), *past, code=2)
    command.refused("user_unknown", *["sample", "fix"], names, *usual(), "--ratio", "20%", "--as", "谁")
    names.write_bytes("甲村\n乙村\n".encode("gbk"))
    command.refused("file_not_utf8", *["sample", "fix"], names, *usual(), "--ratio", "20%", code=2)
    names.write_text("甲村\n乙村\n甲村", encoding="utf-8")
    said = command.refused("pot_twice", *["sample", "fix"], names, *usual(), "--ratio", "20%", code=2)
    assert "甲村 (1, 3)" in said
    names.write_text("甲村\n乙村", encoding="utf-8")
    draw = fix("--ratio", "1/2")["draw"]
    assert draw in command.refused("draw_exists", *["sample", "fix"], names, *usual(), "--ratio", "1/2")
    command.refused("usage", "sample", "draw", draw, code=2)
    command.refused("dice_people", "sample", "draw", draw, "--dice", DICE[0], code=2)
    command.refused("dice_digit", "sample", "draw", draw, "--dice", DICE[0] + "7", "--dice", DICE[1], code=2)
    command.refused("draw_seed_dice", "sample", "draw", draw, "--number", "031122", code=2)
    command.refused("draw_unknown", "sample", "show", "none", code=2)
    command.refused("file_exists", "sample", "show", draw, "--out", names, code=2)
    again = fix("--ratio", "1/2", "--replaces", draw, "--reason", "名单漏了一村")
    command.refused("draw_replaced", "sample", "draw", draw, "--dice", DICE[0], "--dice", DICE[1])
    assert [each["replaced_by"] for each in command("sample", "list")["draws"]] == [None, again["draw"]]


def test_a_countys_own_scheme_is_known_by_its_name(command, fix, tmp_path):
    """A pack in YIPIAO_HOME/schemes gives `sample fix` its ratio and `scoring register` its kinds."""
    own = own_pack("huayuan_2016")
    assert fix("--period", "2026-10", "--scheme", own, "--inspection", "month")["size"] == 15
    people = tmp_path / "people.csv"
    people.write_text("编号,姓名,类别,单位\nh1,多吉,helper,花园乡\n", encoding="utf-8")
    assert command("scoring", "register", people, "--scheme", own)["entries"] == 1


def usual():
    """Purpose and period."""
    return "--purpose", "半年抽查", "--period", "2026H1"
