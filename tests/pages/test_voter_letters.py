"""How the voter's page is set: choices in line, and a font of its own for Tibetan names."""

from pages.voter_site import DONE, choose, delivered, look_over, named, press, says, scan, until, vote

TIBETAN = "རྫོང་གི་ལས་དོན་རུ་ཁག་གྲོང་གསེབ་ཏུ་སྡོད་"


def test_the_choices_stand_in_line(site, phone):
    """At 360 pixels every first radio and its word begin at the same place, abstaining stands beside 不了解, and no word is broken."""
    site.village.opened()
    page = scan(phone(), site)
    says(page, "请选择")
    boxes = page.evaluate(
        "[...document.querySelectorAll('.o')].map(row => [row, row.firstChild, row.children[1]].map(e => e.getBoundingClientRect().toJSON()))"
    )
    *lines, beside = boxes
    assert len({(radio["left"], word["left"]) for _, radio, word in lines}) == 1
    assert beside[0]["top"] == lines[-1][0]["top"]
    assert len({row["height"] for row, _, _ in boxes}) == 1


def test_tibetan_brings_its_own_font(site, phone, look, monkeypatch):
    """A phone fetches a small font of the names' letters, from the same host, only where there are any; the form does not wait for it."""
    monkeypatch.setattr("village.SubjectEntry", named(lambda at: ["嘎玛村", TIBETAN][at]))
    site.village.opened(subjects=2)
    page, held = phone(), []
    page.route("**/tibetan.ttf", lambda route: held.append(route))  # noqa: PLW0108 - a list's own method takes no marks of Playwright's
    village = site.village
    address = f"{site.url}/v/{village.panels['villagers']}#{village.codes['villagers'][0]}"
    page.goto(address, wait_until="commit")  # the whole page, font included, is not awaited
    choose(page, 1, 2)
    look_over(page)
    [route] = held
    font = delivered(route)
    assert len(font.body()) < 60_000
    route.fulfill(response=font)
    until(page, "[...document.fonts].every(face => face.status === 'loaded') && document.fonts.size === 1")
    look(page, "voter-tibetan-review")
    press(page)
    says(page, DONE)


def test_without_tibetan_no_font_is_fetched(site, phone):
    """Where no name has such a letter nothing is fetched beside the page but what the slip's own state needs."""
    site.village.opened()
    page, asked = phone(), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    scan(page, site)
    vote(page, 1)
    says(page, DONE)
    assert [name for name in asked if "ttf" in name] == []
