"""The drawing of a subject's scores in a real browser, in both sizes: nothing for axe to find, nothing wider than the screen."""

from desks import PASSWORD
from lives import published_month

from polling.models import Role
from polling.people import add_user


def test_a_subject_over_three_months(site, phone, in_both_sizes):
    """Three scores, two lines between them, and the broken line of the floor."""
    with site.database.write() as session:
        add_user(session, "王组织", Role.ORGANIZER, PASSWORD)
    for period, picks in (
        ("2026-08", [[1]] * 10),
        ("2026-09", [[2]] * 7 + [[3]] * 3),
        ("2026-10", [[3]] * 8 + [[4]] * 2),
    ):
        published_month(site.village, period, picks)
    page = phone()
    page.goto(f"{site.url}/desk/login?next=/desk/subjects/team-1?rehearsal=1")
    page.get_by_label("姓名").fill("王组织")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="第1工作队").wait_for()
    in_both_sizes(page, "course")
    low = page.locator("circle").nth(2).bounding_box()["y"]
    limit = page.locator(".limit").bounding_box()["y"]
    assert low > limit > page.locator("circle").nth(1).bounding_box()["y"]
    assert page.locator(".stroke").count() == 2
