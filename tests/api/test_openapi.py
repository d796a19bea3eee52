"""The description of the API says what there is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from bihuan.api.routes import ROUTER
from bihuan.cases.stages import TABLE
from bihuan.record.commands import ACTS


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    """The document as a machine fetches it: without a token."""
    response = Client().get("/api/openapi.json")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return dict(json.loads(response.content))


def refs(part: object) -> Iterator[str]:
    """Every reference in a part of the document."""
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for deeper in part.values():
            yield from refs(deeper)
    elif isinstance(part, list):
        for deeper in part:
            yield from refs(deeper)


def test_every_endpoint_is_described_and_every_reference_leads_somewhere(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    for endpoint in ROUTER.endpoints:
        told = described["paths"][f"/api/v1/{endpoint.path}"][endpoint.method.lower()]
        assert told["responses"][str(endpoint.status)]["content"]
        assert told["responses"]["401"]["content"]["application/problem+json"]
        named = {parameter["name"] for parameter in told["parameters"] if parameter["in"] == "path"}
        assert named == {word[1:-1] for word in endpoint.path.split("/") if word.startswith("{")}
    schemas = described["components"]["schemas"]
    for ref in refs(described):
        assert ref.removeprefix("#/components/schemas/") in schemas, ref
    names = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_every_act_that_a_person_may_do_has_its_form(described: dict[str, Any]) -> None:
    people = {str(move.act) for move in TABLE.moves if move.origin is not None and any(r.posts for r in move.who)}
    for (subject, act), entry in ACTS.items():
        if subject != "case" or act not in people:
            continue
        told = described["paths"][f"/api/v1/cases/{{number}}/acts/{act}"]["post"]
        assert told["summary"] == entry.word.label
        ref = told["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        form = described["components"]["schemas"][ref.rsplit("/", 1)[1]]
        assert set(form.get("properties", {})) == set(entry.fields.model_fields)
    described_acts = {p.rsplit("/", 1)[1] for p in described["paths"] if p.startswith("/api/v1/cases/{number}/acts/")}
    assert described_acts == people


def test_words_are_told_with_their_labels(described: dict[str, Any]) -> None:
    assert described["components"]["schemas"]["Basis"]["x-labels"]["territory"] == "属地"


def test_what_leads_on_names_an_endpoint_and_a_part_of_its_path(described: dict[str, Any]) -> None:
    operations = {op["operationId"]: op for path in described["paths"].values() for op in path.values()}
    led = set()
    for operation in operations.values():
        for response in operation["responses"].values():
            for link in response.get("links", {}).values():
                parts = {one["name"] for one in operations[link["operationId"]]["parameters"] if one["in"] == "path"}
                assert set(link["parameters"]) == parts
                led.add(link["operationId"])
    in_path = {name for name, op in operations.items() if any(one["in"] == "path" for one in op["parameters"])}
    assert in_path == led, "every endpoint of a row can be reached"
