"""One small poll for each scheme that has panels, from the draft to the signed document, with real sealed ballots."""

import json
from fractions import Fraction

import pytest

from polling.errors import BadInput
from polling.polls import PanelEntry, PollFile, SubjectEntry

BEST, SECOND, THIRD, FOURTH, BLANK = 1, 2, 3, 4, 0


def published(village, scheme, period, kind, boxes, **expected):
    """Hold the poll: `boxes` has the picks of each ballot by panel. The rows of the document by panel, and its floor."""
    file = PollFile(
        scheme=scheme,
        title="试办",
        period=period,
        subjects=(SubjectEntry(id="one", kind=kind, name="试办对象"),),
        panels=tuple(PanelEntry(key=key, expected=number, spare=0) for key, number in expected.items()),
        rehearsal=True,
        base_url="http://10.0.0.5:8000",
    )
    village.opened(file=file)
    for key, picks in boxes.items():
        village.vote([[pick] for pick in picks], key)
    village.close()
    assert village.count() == []
    document = json.loads(village.publish())["document"]
    assert document["scheme"]["name"] == scheme
    [subject] = document["subjects"]
    return {row["panel_key"]: row for row in subject["rows"]}, subject


def test_tibet_pools_the_masses_alone_for_the_floor(village):
    """第七条: officials are content, the masses are not: the floor is theirs; 不了解 is no vote."""
    rows, subject = published(
        village,
        "tibet_2018",
        "2026-09",
        "team_member",
        {"officials": [BEST] * 5, "masses": [BEST, FOURTH, FOURTH, FOURTH, THIRD, 5]},
        officials=5,
        masses=6,
    )
    assert rows["officials"]["score"] == {"num": 100, "den": 1}
    assert rows["masses"]["score"] == {"num": 30, "den": 1}
    assert (rows["masses"]["valid"], rows["masses"]["dont_know"]) == (5, 1)
    floor = subject["floor"]
    assert (floor["panels"], floor["below"]) == (["masses"], True)


def test_shangzhou_counts_and_gives_a_score_on_request(village):
    """第二十八条: three options and no score; the reference panel of four options has one, from twenty ballots up."""
    rows, _subject = published(
        village,
        "shangzhou",
        "2026H1",
        "first_secretary",
        {
            "interviewees": [BEST] * 9 + [SECOND] * 5 + [THIRD],
            "evaluators_scored": [BEST] * 9 + [SECOND] * 6 + [THIRD] * 2 + [FOURTH] + [BLANK] * 2,
        },
        interviewees=15,
        evaluators_scored=20,
    )
    counted, scored = rows["interviewees"], rows["evaluators_scored"]
    assert (counted["outcome"], counted["score"]) == ("counts_only", None)
    assert counted["counts"] == {"excellent": 9, "competent": 5, "incompetent": 1}
    assert (scored["outcome"], scored["score"], scored["display"]) == ("scored", {"num": 740, "den": 9}, "82.22")


def test_longnan_scores_both_of_its_polls(village):
    """第八条第5、6项."""
    rows, _subject = published(
        village,
        "longnan",
        "2026",
        "county_leadership_member",
        {"evaluators": [BEST, BEST, SECOND, SECOND, THIRD, FOURTH], "interviewees": [BEST] * 4 + [SECOND]},
        evaluators=6,
        interviewees=5,
    )
    assert Fraction(**_fraction(rows["evaluators"])) == Fraction(410, 6)
    assert Fraction(**_fraction(rows["interviewees"])) == 96


def test_baicheng_flags_what_exceeds_thirty_percent(village):
    """四 第4项: two of six valid votes are more than 30 %, of all seven ballots they would not be; people choose."""
    rows, _subject = published(
        village,
        "baicheng_2011",
        "2026-09",
        "station_cadre",
        {"evaluators": [BEST, BEST, SECOND, SECOND, THIRD, THIRD, FOURTH]},
        evaluators=7,
    )
    row = rows["evaluators"]
    assert (row["outcome"], row["score"], row["valid"], row["dont_know"]) == ("counts_only", None, 6, 1)
    assert row["flags"] == ["dissatisfied"]
    assert row["dissatisfied"] == {"votes": 2, "valid": 6, "returned": 7}


def test_huayuan_has_no_poll(village):
    """A regulation without a poll is refused at the draft, with a sentence that says where its assessment happens."""
    with pytest.raises(BadInput) as caught:
        published(village, "huayuan_2016", "2026-09", "helper", {}, evaluators=5)
    assert (caught.value.code, caught.value.params["path"]) == ("scheme_without_poll", "scheme")


def _fraction(row):
    return {"numerator": row["score"]["num"], "denominator": row["score"]["den"]}
