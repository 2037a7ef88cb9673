"""The OpenAPI document: valid, made of the types that are sent, and held against the answers to whatever somebody sends."""

import dataclasses
import json
import re

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import OpenAPIV31SpecValidator
from posting import published
from schemathesis.checks import CHECKS, load_all_checks

from polling.db import Database
from web import answers
from web.app import create_app
from web.openapi import OPENAPI

load_all_checks()
HELD = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
    ]
)


def test_it_is_a_valid_openapi_3_1_document():
    """The specification's own validator finds nothing; a document that is broken is found."""
    assert list(OpenAPIV31SpecValidator(OPENAPI).iter_errors()) == []
    assert list(OpenAPIV31SpecValidator(OPENAPI | {"paths": {"/x/{unnamed}": {"get": {}}}}).iter_errors())


def faults(document):
    """What our own rules find, beyond the specification's validator, which asks for no names, no words and no use."""
    found, names = [], set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            place = f"{method} {path}"
            name = operation.get("operationId", "")
            checks = {
                "named by one word": re.fullmatch(r"[a-z][a-z_]*", name) and name not in names,
                "said in several words": " " in operation.get("summary", ""),
                "all answers described": all(
                    answer["description"].strip() for answer in operation["responses"].values()
                ),
                "success among them": any(status.startswith("2") for status in operation["responses"]),
                "an unknown thing is answered": "{" not in path or "404" in operation["responses"],
            }
            names.add(name)
            found += [f"{place}: {rule}" for rule, kept in checks.items() if not kept]
    written = str(document)
    unused = [name for name in document["components"]["schemas"] if f"'#/components/schemas/{name}'" not in written]
    return found + [f"{name}: used" for name in unused]


def test_it_keeps_the_rules_of_the_house():
    """The linting: each operation has a name of its own and a sentence, each answer its words, each schema a use. It has no examples to check."""
    assert faults(OPENAPI) == []
    broken = json.loads(json.dumps(OPENAPI))
    paths = broken["paths"]
    paths["/api/v1/keys"]["get"]["operationId"] = paths["/api/v1/results"]["get"]["operationId"]
    paths["/v/{panel}"]["get"] |= {"summary": "page", "responses": {"409": {"description": " "}}}
    broken["components"]["schemas"]["Nobody"] = {}
    assert len(faults(broken)) == 6


def test_its_schemas_are_the_types_that_are_sent():
    """Each type of an answer stands in it with all its fields, and every reference leads to one of them."""
    schemas = OPENAPI["components"]["schemas"]
    for kind in (answers.Results, answers.ListedDocument, answers.PublicKey, answers.Taken, answers.Refusal):
        assert set(schemas[kind.__name__]["properties"]) == {field.name for field in msgspec.structs.fields(kind)}
    parameters = OPENAPI["paths"]["/api/v1/results"]["get"]["parameters"]
    assert [parameter["name"] for parameter in parameters] == ["since", "limit"]


@pytest.fixture
def app(village, tmp_path):
    """An installation with an open box and a published document, that takes documents of another."""
    village.opened()
    published(village.database, village.poll, "d1")
    village.cast(village.seal(0))
    keys = tmp_path / "keys.json"
    keys.write_text('{"keys":[]}')
    receiving = dataclasses.replace(village.database.settings, receive_secret="whsec_" + "A" * 44, receive_keys=keys)
    database = Database(receiving)
    yield create_app(database)
    database.dispose()


def test_whatever_is_sent_is_answered_as_described(village, app):
    """Random requests, half of them to things that exist: no answer is a fault, and each is one that the document describes."""
    schema = schemathesis.openapi.from_dict(OPENAPI)
    schema.app = app
    real = {
        "panel": village.panels["villagers"],
        "document_id": "d1",
        "point": village.point(0),
        "tracker": "A" * 43,
        "digest": "0" * 64,
    }
    tried, met = 0, set()
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=8, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        @given(case=operation.as_strategy())
        def run(case):
            nonlocal tried
            tried += 1
            if tried % 2:
                case.path_parameters = {name: real[name] for name in case.path_parameters or {}}
            response = case.call()
            met.add((case.operation.label, response.status_code))
            case.validate_response(response, checks=HELD)

        run()
    assert tried > 60
    for label, status in (
        ("GET /api/v1/results", 200),
        ("GET /api/v1/results", 400),
        ("GET /api/v1/results/{document_id}", 200),
        ("GET /v/{panel}/credentials/{point}", 409),
        ("POST /v/{panel}/ballots", 400),
        ("POST /api/v1/scoring/documents", 401),
    ):
        assert (label, status) in met
