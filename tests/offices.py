"""A county office in small: a signing key, two packs, signed results, a register."""

import json
from datetime import UTC, datetime
from fractions import Fraction

import sqlalchemy as sa

from polling.db import Database
from publishing.signing import Signer
from schemes.loading import read_scheme
from scoring import packs
from scoring.entries import Act
from scoring.inputs import Subject
from scoring.models import Document, Entry, Ledger, Pack
from scoring.receiving import receive
from scoring.register import Line, put

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
PACK = """
name = "county"
version = 1
title = "某县驻村干部考核办法"
source = "(test)"
[[subjects]]
key = "team_member"
title = "驻村工作队员"
periods = ["month", "year"]
source = "(test)"
[[subjects]]
key = "work_team"
title = "驻村工作队"
periods = ["quarter"]
source = "(test)"
[[attributes]]
key = "altitude_m"
title = "海拔"
kind = "number"
source = "(test)"
[[attributes]]
key = "stationed"
title = "驻村"
kind = "yes_no"
source = "(test)"
[[panels]]
key = "masses"
title = "群众"
kind = "satisfaction"
minimum_returned = 10
public = "counts"
source = "(test)"
options = [
  { key = "good", title = "满意", weight = 1.0 },
  { key = "fair", title = "一般", weight = 0.5 },
  { key = "bad", title = "不满意", weight = 0 },
]
[composite]
source = "(test)"
parts = [
  { key = "daily", title = "平时掌握", weight = 0.1 },
  { key = "leaders", title = "领导评分", weight = 0.2, several = true },
  { key = "poll", title = "民意测评", weight = 0.7, panels = ["masses"] },
]
[[grades]]
key = "excellent"
title = "优秀"
at_least = 90
[[grades]]
key = "competent"
title = "称职"
at_least = 60
[[grades]]
key = "incompetent"
title = "不称职"
at_least = 0
[[facts]]
key = "absent"
title = "擅自脱岗"
force = "shall"
grades = ["incompetent"]
subjects = ["team_member"]
source = "(test)"
[[facts]]
key = "careless"
title = "责任心差"
force = "may"
grades = ["competent", "incompetent"]
source = "(test)"
[[quotas]]
key = "excellent_cap"
title = "优秀名额"
grade = "excellent"
bound = "at_most"
strictness = "must"
share = 0.15
alternative = 0.2
by_score = true
source = "(test)"
[[sign_off]]
key = "office"
title = "县强基办审核"
who = "县强基办主任"
of = "grades"
source = "(test)"
[[sign_off]]
key = "discipline"
title = "纪检监察机关意见"
who = "同级纪检监察机关"
of = "grades"
kind = "opinion"
grades = ["excellent"]
source = "(test)"
[[sign_off]]
key = "committee"
title = "县委审定"
who = "县委书记"
of = "grades"
source = "(test)"
[[sign_off]]
key = "own"
title = "本人确认"
who = "本人"
of = "grades"
subject_signs = true
source = "(test)"
[[deadlines]]
key = "month_in"
title = "月度考核汇总上报"
period = "month"
days_after = 5
source = "(test)"
[notice]
days = 5
minimum_days = 3
day_kind = "calendar"
source = "(test)"
[display]
decimals = 2
rounding = "half_up"
at_grade_line = "truncate"
source = "(test)"
[slip]
asked_by = "某县"
purpose = "只用于考核"
retention = "随考核资料归档"
source = "(test)"
""".encode()


class Office:
    """Helpers of one installation: documents signed and received, people who enter."""

    def __init__(self, database: Database) -> None:
        self.database, self.signer = database, Signer.generate()
        self.members, self.names = MEMBERS, dict(NAMES)
        self.keys = {self.signer.key_id: self.signer.public}
        self.scheme = read_scheme(PACK, "county.toml")
        with database.write() as session:
            packs.adopt(session, PACK)

    def pack(self, digest: str) -> bytes | None:
        """The one pack that is at hand."""
        return PACK if digest == self.scheme.digest else None

    def act(self, who: str = "李文书", *, rehearsal: bool = False) -> Act:
        """Somebody enters something."""
        return Act(who, NOW, rehearsal)

    def result(
        self,
        identity: str,
        *,
        poll: str = "p1",
        period: str = "2026-10",
        votes=(8, 1, 1),
        subjects=("zhaxi",),
        **changed,
    ):
        """A result document, unsigned."""
        valid = sum(votes)
        score = (100 * votes[0] + 50 * votes[1], valid)
        exact = Fraction(*score)
        row = {
            "panel_key": "masses", "counts": dict(zip(("good", "fair", "bad"), votes, strict=True)), "abstain": 0, "dont_know": 0,
            "invalid": 0, "valid": valid, "outcome": "scored", "score": {"num": exact.numerator, "den": exact.denominator},
            "display": "85.00", "dissatisfied": None, "flags": [],
        }  # fmt: skip
        return {
            "type": "yipiao.result", "version": 1, "id": identity, "poll": poll, "title": "测评", "rehearsal": False,
            "period": {"kind": "month", "label": period}, "published_on": "2026-11-20", "supersedes": None,
            "scheme": {"name": "county", "title": "某县", "version": "1", "digest": self.scheme.digest},
            "panels": [{
                "key": "masses", "title": "群众", "kind": "satisfaction", "dont_know": False, "panel": "gXrgPRVuWQxNFS", "credentials": 12,
                "expected": 12, "issued": 12, "returned": valid, "minimum": 10, "setup": "a" * 64, "phi": "x" * 43, "secrecy": True,
                "keys": ["3f9a 11c0 7b2e 90d4"], "archive": "b" * 64, "withheld": None,
                "options": [{"key": key, "title": key, "weight": weight} for key, weight in (("good", "1.0"), ("fair", "0.5"), ("bad", "0"))],
            }],
            "subjects": [{"id": each, "kind": "team_member", "name": self.names[each], "floor": None, "rows": [dict(row)]} for each in subjects],
            **changed,
        }  # fmt: skip

    def withdrawal(self, identity: str, withdraws: str, *, poll: str = "p1"):
        """A withdrawal, unsigned."""
        return {
            "type": "yipiao.withdrawal", "version": 1, "id": identity, "poll": poll, "withdraws": withdraws,
            "published_on": "2026-11-21", "reason": "票箱被人动过",
        }  # fmt: skip

    def receive(self, document, *, signer=None):
        """Sign and receive one document."""
        with self.database.write() as session:
            return receive(session, (signer or self.signer).document(document), self.keys, self.pack, now=NOW)

    def receive_raw(self, raw: bytes):
        """Receive bytes as they are."""
        with self.database.write() as session:
            return receive(session, raw, self.keys, self.pack, now=NOW)

    def register(self, *subjects: Subject, rehearsal: bool = False) -> None:
        """Put subjects into the register."""
        with self.database.write() as session:
            for subject in subjects:
                put(session, self.act(rehearsal=rehearsal), self.scheme, Line(subject))

    def snapshot(self) -> str:
        """Everything that the scoring layer keeps, as one text."""
        with self.database.read() as session:
            return json.dumps(
                [
                    [str(tuple(row)) for row in session.execute(sa.select(table.__table__))]
                    for table in (Pack, Document, Entry, Ledger)
                ]
            )


NAMES = {"zhaxi": "扎西", "zhuoma": "卓玛", "awang": "阿旺"}
MEMBERS = tuple(Subject(key, "team_member", name, "嘎玛乡", {}) for key, name in NAMES.items())
