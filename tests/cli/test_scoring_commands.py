"""`yipiao scoring …`: from tables and a signed result to the ledger, the sheet and its rebuilding."""

import json

import offices
import sqlalchemy as sa
from counties import add_places

from polling.db import Database
from polling.models import ROOT
from polling.settings import read_settings
from publishing.signing_keys import load_signer
from scoring import register
from scoring.models import Ledger


def test_a_month_by_the_command_alone(command, tmp_path):
    """Register, receive, import, enter, confirm, sign, show, export, rebuild: each says what its section promises."""
    pack = tmp_path / "county.toml"
    pack.write_bytes(offices.PACK)
    scheme = ("--scheme", pack, "--as", "李文书")
    people = tmp_path / "people.csv"
    people.write_text(
        "编号,姓名,类别,单位\nzhaxi,扎西,驻村工作队员,嘎玛乡\nzhuoma,卓玛,驻村工作队员,嘎玛乡\n", encoding="utf-8"
    )
    assert command("scoring", "register", people, *scheme) == {"rows": 2, "entries": 2, "ledgers": 0}
    database = Database(read_settings())
    signer = load_signer(database)
    office = offices.Office.__new__(offices.Office)
    office.members, office.names = offices.MEMBERS, dict(offices.NAMES)
    office.scheme = offices.read_scheme(offices.PACK, "county.toml")
    good, forged = tmp_path / "r1.json", tmp_path / "r2.json"
    good.write_bytes(signer.document(office.result("r1", subjects=("zhaxi", "zhuoma"))))
    forged.write_bytes(good.read_bytes().replace(b'"good":8', b'"good":9'))
    command.refused("scoring_signature_false", "scoring", "receive", forged)
    said = command("scoring", "receive", good, forged, "--scheme", pack)["documents"]
    assert [each.get("arrival") or each["refused"] for each in said] == ["accepted", "scoring_signature_false"]
    assert command("scoring", "documents")["documents"][0]["standing"] == "in_force"

    scores = tmp_path / "scores.csv"
    rows = "编号,姓名,周期,项目,得分,来源\nzhaxi,扎西,2026-10,平时掌握,{},打分表\n"
    scores.write_text(rows.format("优"), encoding="utf-8")
    assert "第 2 行 E 列" in command.refused("scoring_file_faults", "scoring", "import", scores, *scheme, code=2)
    scores.write_text(rows.format("98"), encoding="utf-8")
    assert command("scoring", "import", scores, *scheme)["entries"] == 1
    enter = ("scoring", "enter")
    command(*enter, "part", "zhaxi", "2026-10", "--part", "领导评分", "--score", "90", "--source", "表", *scheme)
    fact = (*enter, "fact", "zhaxi", "2026-10", "--fact", "擅自脱岗", "--evidence", "通报〔2026〕7号", *scheme)
    number = command(*fact)["number"]
    command.refused("scoring_confirm_self", *enter, "confirm", number, *scheme)
    command(*enter, "confirm", number, "--scheme", pack, "--as", "张科长")
    sign = (*enter, "sign", "嘎玛乡", "2026-10", "--step", "office", "--by", "王主任", "--on", "2026-11-24", *scheme)
    number = command(*sign)["number"]
    command.refused("scoring_compare_self", *enter, "compare", number, *scheme)
    command(*enter, "compare", number, "--scheme", pack, "--as", "张科长")
    command.refused(
        "scoring_day",
        *enter,
        "sign",
        "嘎玛乡",
        "2026-10",
        "--step",
        "office",
        "--by",
        "甲",
        "--on",
        "x",
        *scheme,
        code=2,
    )
    command(*enter, "grade", "zhuoma", "2026-10", "--grade", "称职", "--reason", "集体研究", *scheme)
    quota = ("--quota", "优秀名额", "--what", "alternative", "--reason", "县委同意")
    again = command(*enter, "quota", "嘎玛乡", "2026-10", *quota, *scheme)["number"]
    command(*enter, "withdraw", again, "--reason", "填错", *scheme)

    ledger = command("scoring", "ledger", "嘎玛乡", "2026-10", "--scheme", "county")["ledger"]
    [zhaxi] = [row for row in ledger["rows"] if row["subject"]["id"] == "zhaxi"]
    assert (zhaxi["shown"], zhaxi["proposed"]) == ("87.30", "incompetent")
    command.refused("scoring_no_ledger", "scoring", "ledger", "噶玛乡", "2026-10", "--scheme", "county")
    sheets = ("--xlsx", tmp_path / "a.xlsx", "--pdf", tmp_path / "a.pdf")
    assert command("scoring", "export", "2026-10", *sheets, "--scheme", "county") == {
        "rows": 2,
        "organizations": ["嘎玛乡"],
    }
    command.refused("file_exists", "scoring", "export", "2026-10", *sheets, "--scheme", "county", code=2)
    command("scoring", "template", "register", tmp_path / "t.xlsx", "--scheme", "county")

    assert command("scoring", "rebuild", "--check")["changed"] == 0
    with database.write() as session:
        session.execute(sa.update(Ledger).where(Ledger.period == "2026-10").values(raw=json.dumps({}).encode()))
    assert "嘎玛乡" in command.refused("scoring_rebuild_differs", "scoring", "rebuild", "--check")
    assert command("scoring", "rebuild")["changed"] == 1
    assert command("scoring", "rebuild", "--check")["changed"] == 0
    database.dispose()


def test_a_unit_names_the_place_of_its_lines(command, tmp_path):
    """`scoring register`: a line stands at the organization that its unit is the name of, else at the root."""
    command("scoring", "documents")
    database = Database(read_settings())
    [township] = add_places(database, "嘎玛乡")
    people = tmp_path / "people.csv"
    people.write_text("编号,姓名,类别,单位\na,甲队,work_team,嘎玛乡\nb,乙队,work_team,县医院\n", encoding="utf-8")
    assert command("scoring", "register", people)["entries"] == 2
    with database.read() as session:
        found = register.current(session, rehearsal=False)
    assert {identity: line.place for identity, line in found.items()} == {"a": township, "b": ROOT}
