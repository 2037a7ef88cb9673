"""One subject over the periods: the scores of the published results that stand, as a drawing and a table."""

import re

from counties import neighbour
from desks import Desk, at
from lives import published_month


def test_a_subject_over_three_months(village, desk):
    """Oldest first in the drawing, newest first in the table; a month without valid votes breaks the line; the old name is told."""
    published_month(village, "2026-08", [[1]] * 10, name="一队")
    published_month(village, "2026-09", [[0]] * 10)
    october = published_month(village, "2026-10", [[3]] * 10)
    annulled = published_month(village, "2026-07", [[2]] * 10)
    annulled.annul()
    page = desk.page("/desk/subjects/team-1?rehearsal=1")
    assert re.findall(r"<th scope=\"row\"><a [^>]*>([^<]+)</a>", page) == ["2026年10月", "2026年9月", "2026年8月"]
    assert re.findall(r'<td class="number">\s*([^< ]+)', page) == ["50.00", "没有得分", "100.00"]
    assert re.findall(r'<circle cx="([0-9.]+)%" cy="([0-9.]+)%"', page) == [("16.67", "0.00"), ("83.33", "50.00")]
    assert 'class="stroke"' not in page
    assert '<line class="limit" x1="0" x2="100%" y1="40%"' in page
    assert "以前叫：一队" in page
    assert page.count("低于底线") == 1
    result = desk.page(at(october, "result"))
    assert '/desk/subjects/team-1?rehearsal=1"' in result
    assert re.search(
        r'class="chart shares" role="img" aria-label="[^"]+ 0（0.00%）、[^"]+ 10（100.00%）、[^"]+"', result
    )
    assert "/desk/subjects/" not in desk.page(at(annulled, "result"))


def test_only_what_is_ones_own(village, app):
    """A subject that no published poll of this person has is no page, as one that does not exist."""
    published_month(village, "2026-10", [[1]] * 10)
    other = Desk(app, neighbour(village.database))
    for address in ("team-1?rehearsal=1", "team-1", "niemand"):
        other.page(f"/desk/subjects/{address}", 404)
