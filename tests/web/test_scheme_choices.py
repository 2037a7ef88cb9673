"""Which schemes an office uses, at the desk: chosen on its page, kept to by every way to a poll, said before anything is typed."""

import re

import pytest
from at_desk import audited, text

from polling import scheme_choices
from polling.models import ROOT

STANDARD, OTHER = "standard", "shangzhou"


@pytest.fixture
def titles():
    """The schemes' titles by name."""
    return {pack.name: pack.title for pack in scheme_choices.usable()}


def offered(page):
    """The schemes of the first step."""
    return re.findall(r'type="radio" name="scheme" value="([^"]+)"', page)


def choose(desk, place, *schemes, status=302):
    """Send the form of an organization's page."""
    return text(desk.send(f"/desk/organizations/{place}", act="schemes", schemes=list(schemes)), status)


def test_the_organizations_page_says_which_and_where_from(at_desk, county, titles, village):
    """All, chosen here, followed from above, none left; only what is used above can be chosen; back to the one above; a neighbour's is not there."""
    above, own = at_desk("县管"), at_desk("东管")
    east, page = county["东乡"], f"/desk/organizations/{county['东乡']}"
    assert "没有谁选定过，所有的办法都能用" in text(own.get(page))
    choose(above, ROOT, STANDARD, OTHER)
    said = text(own.get(page))
    assert "这里没有另选，跟着「本单位」选定的" in said
    assert re.findall(r'name="schemes" value="([^"]+)"', said) == sorted([STANDARD, OTHER])
    assert "请至少勾选一个办法" in choose(own, east, status=422)
    assert f"《{titles['longnan']}》不在「本单位」选定的办法里" in choose(own, east, STANDARD, "longnan", status=409)
    choose(own, east, STANDARD)
    said = text(own.get(page))
    assert "新建测评只用这里选定的办法" in said
    assert f"<li>{titles[STANDARD]}</li>" in said
    assert f"<li>{titles[OTHER]}</li>" not in said
    choose(above, ROOT, OTHER)
    said = text(own.get(page))
    assert "一个都没有：现在这里建不了新的测评" in said
    assert f"这里选过、上级现在不用的：《{titles[STANDARD]}》" in said
    assert own.send(page, act="inherit").location == page
    assert f"<li>{titles[OTHER]}</li>" in text(own.get(page))
    assert ("东管", "organization.schemes") in audited(village.database)
    assert f"「东乡」选用的办法，原来：《{titles[STANDARD]}》；现在：没有另选" in text(own.get("/desk/log"))
    foreign = own.send(f"/desk/organizations/{county['西乡']}", form=page, act="schemes", schemes=[STANDARD])
    assert foreign.status_code == 404


def test_a_new_poll_is_offered_and_begun_by_what_its_office_uses(at_desk, county, titles):
    """The township's list is short; the county, which may do more, is refused for the township; with nothing left one is sent to who can mend it."""
    choose(at_desk("东管"), county["东乡"], OTHER)
    own, above = at_desk("东组"), at_desk("县组")
    assert offered(text(own.get("/desk/polls/new"))) == [OTHER]
    assert offered(text(above.get("/desk/polls/new"))) == list(titles)
    refused = text(above.send("/desk/polls/new", act="next", scheme=STANDARD, organization=county["东乡"]), 409)
    assert f"《{titles[STANDARD]}》不在「东乡」选定的办法里" in refused
    assert "「东乡」或它上级的管理员" in refused
    assert re.search(rf'value="{county["东乡"]}" selected', refused)
    answer = above.send("/desk/polls/new", act="next", scheme=OTHER, organization=county["东乡"])
    assert "/edit/subjects" in answer.location
    # a form of before the choice
    assert own.send("/desk/polls/new", act="next", scheme=STANDARD).status_code == 422
    choose(at_desk("县管"), ROOT, STANDARD)
    assert own.get("/desk/polls/new").location == "/desk/"
    assert "没有一个办法是您这里现在能用的" in text(own.get("/desk/"))


def test_a_draft_keeps_its_scheme_and_is_told(at_desk, county, titles, village):
    """At the check and at the first step; it can be saved as it is, go to a scheme that is used, and not back."""
    village.create(organization_id=county["东乡"], rehearsal=False)
    path, first = f"/desk/polls/{village.poll}/edit", f"/desk/polls/{village.poll}/edit/scheme"
    own = at_desk("东组")
    said = f"《{titles[STANDARD]}》不在「东乡」选定的办法里"
    assert said not in text(own.get(path))
    choose(at_desk("东管"), county["东乡"], OTHER)
    page = text(own.get(path))
    assert said in page
    assert "可以照旧办下去" in page
    assert "都齐了" in page
    page = text(own.get(first))
    assert said in page
    assert offered(page) == [OTHER, STANDARD]

    def send(**fields):
        revision = re.search(r'name="revision"[^>]*value="(\d+)"', own.get(first).text)[1]
        return own.send(first, act="next", revision=revision, **fields)

    assert send(scheme=STANDARD).status_code == 302
    assert send(scheme="longnan").status_code == 422
    assert send(scheme=OTHER, sure="y").status_code == 302
    assert offered(text(own.get(first))) == [OTHER]
    assert send(scheme=STANDARD, sure="y").status_code == 422


def test_last_months_poll_is_not_copied_by_a_scheme_of_before(at_desk, county, titles, village):
    """Said on the poll's page at the first click; nothing is made. The poll itself goes on."""
    village.create(organization_id=county["东乡"], rehearsal=False)
    village.print()
    own = at_desk("东组")
    page = f"/desk/polls/{village.poll}"
    choose(at_desk("东管"), county["东乡"], OTHER)
    assert own.send(f"{page}/copy", form="/desk/account").location == page
    assert f"《{titles[STANDARD]}》不在「东乡」选定的办法里" in text(own.get(page))
    assert len(re.findall(r'"/desk/polls/\w{14}"', own.get("/desk/").text)) == 1
    village.open()
    choose(at_desk("东管"), county["东乡"], OTHER, STANDARD)
    assert own.send(f"{page}/copy", form="/desk/account").location != page
