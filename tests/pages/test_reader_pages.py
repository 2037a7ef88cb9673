"""What readers see, a form that outlived its session, and the note of a namesake, in a real browser and in both sizes."""

from datetime import UTC, datetime

from at_desk import GOOD, NAME, add_staff
from counties import add_person
from lives import published_month
from pages.chromium import follow
from playwright.sync_api import expect

from polling import sessions
from polling.models import Role, Subject
from polling.passwords import hash_password


def sign_in(page, site, name, then="/desk/"):
    """Sign in, and go on to an address."""
    page.goto(f"{site.url}/desk/login?next={then}")
    page.get_by_label("姓名", exact=True).fill(name)
    page.get_by_label("密码", exact=True).fill(GOOD)
    follow(page.get_by_role("button", name="登录", exact=True))


def test_a_reader_sees_how_polls_stand_and_what_was_published(site, phone, in_both_sizes):
    """The list with totals, and a result with its votes; no way into the desk's own pages."""
    published_month(site.village, "2026-09", [[1]] * 6 + [[2]] * 3 + [[4]])
    add_person(site.database, "陈阅", Role.READER, password_hash=hash_password(GOOD, ""))
    page = phone()
    sign_in(page, site, "陈阅")
    expect(page.get_by_role("heading", level=1)).to_have_text("结果")
    in_both_sizes(page, "reader-list")
    follow(page.get_by_role("link", name="看结果"))
    in_both_sizes(page, "reader-result")
    assert page.locator("a[href*='/desk/polls/']").count() == 0


def test_a_form_that_outlived_its_session_goes_on_after_signing_in(site, phone, in_both_sizes):
    """Signed out elsewhere while typing: what was typed is shown, one signs in on another page and goes on from this one."""
    add_staff(site.database)
    site.village.create(rehearsal=False)
    page = phone()
    address = f"/desk/polls/{site.village.poll}/edit/texts"
    sign_in(page, site, NAME, address)
    page.get_by_label("标题").fill("十一月民主测评")
    with site.database.write() as session:
        sessions.end_of(session, NAME, None, now=datetime.now(UTC))
    follow(page.get_by_role("button", name="下一步"))
    expect(page.get_by_role("alert")).to_contain_text("登录已经过期")
    expect(page.locator("main")).to_contain_text("十一月民主测评")
    in_both_sizes(page, "kept-form")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="在新的页面里登录").click()
    other = opened.value
    other.get_by_label("姓名", exact=True).fill(NAME)
    other.get_by_label("密码", exact=True).fill(GOOD)
    follow(other.get_by_role("button", name="登录", exact=True))
    follow(page.get_by_role("button", name="接着办"))
    expect(page.get_by_role("alert")).to_contain_text("再点一次就办")  # the form's token was of the session before
    follow(page.get_by_role("button", name="接着办"))
    page.goto(f"{site.url}{address}")
    expect(page.get_by_label("标题")).to_have_value("十一月民主测评")


def test_the_note_of_a_namesake(site, phone, in_both_sizes):
    """Somebody with a subject's name: the page says so, and takes the reason why it is somebody else."""
    add_staff(site.database)
    with site.database.write() as session:
        session.add(Subject(id="m9", kind="work_team", name=NAME))
    page = phone()
    sign_in(page, site, "管理员", f"/desk/people/{NAME}")
    expect(page.get_by_role("heading", name="同名的测评对象")).to_be_visible()
    in_both_sizes(page, "namesake")
    page.get_by_label("不是同一个人，理由").fill("村里另有一位，身份证号不同")
    follow(page.get_by_role("button", name="注明不是同一个人"))
    expect(page.locator("main")).to_contain_text("已注明不是同一个人")
