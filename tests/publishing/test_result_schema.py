"""docs/result.schema.json describes what `poll publish` signs: strict about known keys, open to unknown ones."""

import json
import secrets
from copy import deepcopy
from pathlib import Path

import jsonschema
import pytest
from village import Village

from publishing.signing import check_document
from publishing.signing_keys import load_signer

SCHEMA = Path(__file__).resolve().parent.parent.parent / "docs/result.schema.json"


@pytest.fixture(scope="module")
def schema():
    """A validator for docs/result.schema.json, which is itself a valid schema."""
    written = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(written)
    return jsonschema.Draft202012Validator(written)


@pytest.fixture(scope="module")
def published_once(tmp_path_factory, installed):
    """A published document: villagers were counted, one row of theirs without a valid vote; the interviewees' box stayed shut."""
    village = Village(installed(tmp_path_factory.mktemp("published") / "home"), secrets.token_bytes)
    village.opened(panels=("villagers", "interviewees"), subjects=2)
    village.vote([(1 + number % 5, 0) for number in range(10)])
    village.vote([(1, 2)], "interviewees")
    village.close()
    assert village.count() == []
    raw = village.publish()
    signer = load_signer(village.database)
    assert check_document(raw, {signer.key_id: signer.public})["type"] == "yipiao.result"
    village.database.dispose()
    return raw


@pytest.fixture
def published(published_once):
    """It as a tree of one's own."""
    return json.loads(published_once)


def test_a_real_document_fits_the_schema(schema, published):
    """What `poll publish` signs is what docs/result.schema.json describes, scored, without valid votes, and withheld."""
    assert list(schema.iter_errors(published)) == []
    outcomes = [row["outcome"] for subject in published["document"]["subjects"] for row in subject["rows"]]
    assert sorted(set(outcomes)) == ["below_minimum", "no_valid_votes", "scored"]


def test_the_schema_knows_every_key(schema, published):
    """Every key of a real document is described, so that none comes in without its type."""

    def undescribed(value, part, path):
        while "$ref" in part:
            part = schema.schema["$defs"][part["$ref"].removeprefix("#/$defs/")]
        if isinstance(value, dict):
            for key, inner in value.items():
                known = part.get("properties", {}).get(key) or part.get("additionalProperties")
                if known is None:
                    yield f"{path}.{key}"
                else:
                    yield from undescribed(inner, known, f"{path}.{key}")
        elif isinstance(value, list):
            for inner in value:
                yield from undescribed(inner, part["items"], f"{path}[]")

    assert list(undescribed(published, schema.schema, "")) == []


def changed(path, value):
    """Make a change to a document: set the value at a path; KeyError as value takes the key out."""

    def change(document):
        place = document
        for step in path[:-1]:
            place = place[step]
        if value is KeyError:
            del place[path[-1]]
        else:
            place[path[-1]] = value

    return change


ROW = ("document", "subjects", 0, "rows", 1)
WRONG = {
    "a float": changed((*ROW, "score", "num"), 79.6),
    "a score as text": changed((*ROW, "score"), "79.60"),
    "a count as text": changed((*ROW, "counts", "fair"), "2"),
    "a negative count": changed((*ROW, "abstain"), -1),
    "an outcome nobody knows": changed((*ROW, "outcome"), "withheld"),
    "a score beside a reason": changed((*ROW, "outcome"), "void"),
    "a number in a box that was never opened": changed(("document", "subjects", 0, "rows", 0, "abstain"), 1),
    "a floor that is a word": changed(("document", "subjects", 0, "floor", "below"), "unknown"),
    "a weight as a number": changed(("document", "panels", 0, "options", 0, "weight"), 1),
    "another type": changed(("document", "type"), "yipiao.opening"),
    "no archive": changed(("document", "panels", 0, "archive"), KeyError),
    "no rehearsal mark": changed(("document", "rehearsal"), KeyError),
    "no signature": changed(("signature",), KeyError),
    "another algorithm": changed(("signature", "algorithm"), "none"),
}


def test_the_schema_is_strict_about_known_keys(schema, published):
    """Wrong types, missing keys and numbers where there may be none are each refused; keys that nobody knows yet are welcome."""
    accepted = []
    for name, change in WRONG.items():
        document = deepcopy(published)
        change(document)
        if schema.is_valid(document):
            accepted.append(name)
    assert accepted == []
    for path in ((), ("document",), ("signature",), ROW, ("document", "panels", 0)):
        document = deepcopy(published)
        changed((*path, "of_tomorrow"), {"a": [1]})(document)
        assert schema.is_valid(document)
