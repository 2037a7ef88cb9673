"""Holding a published result against its archive: every value that follows from the evidence is worked out again."""

import json
import secrets

import pytest
from village import Village

from belenios.verify import verify
from publishing import checking
from publishing.checking import SchemeMissing
from publishing.documents import DocumentUnreadable

EXCELLENT, BAD, DONT_KNOW, BLANK = 1, 4, 5, 0


@pytest.fixture(scope="module")
def published(tmp_path_factory, installed):
    """A published result with its archive, made once: (document, archive, what the verifier found, opening record)."""
    database = installed(tmp_path_factory.mktemp("published") / "home")
    village = Village(database, secrets.token_bytes).opened(subjects=2)
    village.vote([[EXCELLENT, BAD]] * 9 + [[BLANK, DONT_KNOW]])
    village.close()
    village.count()
    document = json.loads(village.publish())["document"]
    archive, record = village.panel().archive, json.loads(village.panel().opening_record)["document"]
    database.dispose()
    return document, archive, verify(archive), record


def test_a_true_result_follows_from_its_archive(published):
    """The published document does not differ from what the archive gives."""
    assert checking.difference(*published[:3]) is None


def leaves(tree, path=()):
    """Every value of a document that is no container, with its path."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from leaves(value, (*path, number))
    else:
        yield path, tree


def another(value):
    """A value of the same type that is not this one."""
    if isinstance(value, bool):
        return not value
    return 1 if value is None else value + type(value)("1")


# what an archive cannot know: who published what when, and how many were asked
NOT_IN_THE_ARCHIVE = {
    ("version",),
    ("id",),
    ("poll",),
    ("period", "kind"),
    ("period", "label"),
    ("published_on",),
    ("supersedes",),
    ("signed", 0, "name"),
    ("signed", 1, "name"),
    ("panels", 0, "secrecy"),
    ("panels", 0, "expected"),
    ("panels", 0, "issued"),
    ("subjects", 0, "id"),
    ("subjects", 1, "id"),
    ("subjects", 0, "kind"),
    ("subjects", 1, "kind"),
}


def test_any_altered_number_or_word_is_noticed(published):
    """Each value of the document changed by itself differs from the archive, except the few that an archive cannot know."""
    document, archive, found, _record = published
    silent = set()
    for path, value in leaves(document):
        altered = json.loads(json.dumps(document))
        place = altered
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = another(value)
        try:
            noticed = checking.difference(altered, archive, found)
        except (DocumentUnreadable, SchemeMissing):
            noticed = "unreadable"
        if noticed is None:
            silent.add(path)
    assert silent <= NOT_IN_THE_ARCHIVE
    assert len(list(leaves(document))) > 60


def test_a_document_of_another_form_is_unreadable(published):
    """Documents without the form of a result, in any of their parts, are unreadable and break nothing."""
    document, archive, found, _record = published
    for name in document:
        for value in (None, 1, "x", [], {}, [1], ["x"], [None], [{}]):
            try:
                verdict = checking.difference(document | {name: value}, archive, found)
            except (DocumentUnreadable, SchemeMissing):
                continue
            assert verdict is not None or name in {path[0] for path in NOT_IN_THE_ARCHIVE if len(path) == 1} | {
                "period",
                "signed",
                "notice",
                "corrections",
            }
    with pytest.raises(DocumentUnreadable):
        checking.difference({}, archive, found)


def test_what_an_archive_cannot_know_stands_in_the_opening_record(published):
    """Of what an archive cannot know, the signed opening record fixes poll, period, subjects, roster and what the keys promise."""
    document, record = published[0], published[3]
    assert checking.against_record(document, record) is None
    noticed = set()
    for path, value in leaves(document):
        altered = json.loads(json.dumps(document))
        place = altered
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = another(value)
        if path in NOT_IN_THE_ARCHIVE and checking.against_record(altered, record) is not None:
            noticed.add(path)
    assert NOT_IN_THE_ARCHIVE - noticed == {
        ("version",),
        ("id",),
        ("published_on",),
        ("supersedes",),
        ("signed", 0, "name"),
        ("signed", 1, "name"),
        ("panels", 0, "issued"),
    }


def test_the_archive_of_another_panel_is_no_evidence(published, village):
    """A result is held against the archive of one of its own panels only."""
    village.opened()
    village.vote([[EXCELLENT]] * 5)
    village.close()
    archive = village.panel().archive
    assert checking.difference(published[0], archive, verify(archive)) == "panels"
