"""The description of the API for machines: OpenAPI 3.1, made of the endpoints and their types."""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any, Literal, cast

from pydantic import TypeAdapter

from bihuan.api.endpoints import BASE, Endpoint, Lead
from bihuan.api.problems import ProblemDocument, in_json
from bihuan.api.reading import IF_MATCH, KEY
from bihuan.policy import names

Json = dict[str, Any]
Key = tuple[str, Literal["query", "body", "returns", "problem"]]

_REF = "#/components/schemas/{model}"
_NO_OF_ALL = {401: "未登录", 403: "令牌权限不足", 404: "没有找到或无权查看", 422: "填写有误", 503: "暂时不能办理"}
_NO_OF_WRITES = {400: "请求无法读取", 409: "不能这样办理，附条款", 413: "内容过大", 415: "内容类型不对"}
_ABOUT = (
    "闭环 Bihuan 接口。每个请求在 Authorization 中带个人令牌；拒绝以问题文档（RFC 9457）说明原因和条款。"
    'POST 可带 Idempotency-Key，重发不会重复办理（下载文件的除外）；办理事项可带 If-Match: "版本号"。'
    "枚举的中文含义见 x-labels。"
)


@cache
def text(endpoints: tuple[Endpoint, ...]) -> bytes:
    """The description as JSON."""
    return names.put(json.dumps(describe(endpoints), ensure_ascii=False), say=in_json).encode()


def describe(endpoints: Iterable[Endpoint]) -> Json:
    """The description; types of the same name in two packages keep apart."""
    known = tuple(endpoints)
    schemas, definitions = _schemas(known)
    paths: Json = {}
    for endpoint in known:
        paths.setdefault(f"{BASE}/{endpoint.path}", {})[endpoint.method.lower()] = _operation(
            endpoint, _leads(endpoint, known), schemas, definitions
        )
    return {
        "openapi": "3.1.0",
        "info": {"title": "闭环 Bihuan", "version": version("bihuan"), "description": _ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": tag} for tag in dict.fromkeys(endpoint.tag for endpoint in known)],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "bihuan token issue 签发的个人令牌"}
            },
        },
    }


def _schemas(endpoints: tuple[Endpoint, ...]) -> tuple[Mapping[Key, Json], Json]:
    """The schema of everything read and written, and the definitions that they share."""
    wanted: list[tuple[Key, Literal["validation", "serialization"], TypeAdapter[Any]]] = [
        (("", "problem"), "serialization", TypeAdapter(ProblemDocument))
    ]
    for endpoint in endpoints:
        if endpoint.query:
            wanted.append(((endpoint.name, "query"), "validation", TypeAdapter(endpoint.query)))
        if endpoint.body:
            wanted.append(((endpoint.name, "body"), "validation", TypeAdapter(endpoint.body)))
        if endpoint.returns:
            wanted.append(((endpoint.name, "returns"), "serialization", TypeAdapter(endpoint.returns)))
    found, shared = TypeAdapter.json_schemas(wanted, ref_template=_REF)
    return {key: schema for (key, _), schema in found.items()}, shared.get("$defs", {})


def _leads(endpoint: Endpoint, known: tuple[Endpoint, ...]) -> Mapping[str, Lead]:
    """What can be asked next: what the endpoint names, and what lies below what it shows."""
    below: dict[str, Lead] = {}
    if endpoint.method == "GET" and endpoint.path.endswith("}"):
        part = endpoint.path.rpartition("{")[2][:-1]
        below = {other.name: (part, f"/{part}") for other in known if other.path.startswith(f"{endpoint.path}/")}
    return {**below, **endpoint.leads}


def _operation(endpoint: Endpoint, leads: Mapping[str, Lead], schemas: Mapping[Key, Json], definitions: Json) -> Json:
    said: Json = {
        "operationId": endpoint.name,
        "tags": [endpoint.tag],
        "summary": endpoint.summary,
        "parameters": [*_in_path(endpoint), *_in_query(endpoint, schemas, definitions), *_in_headers(endpoint)],
        "responses": _responses(endpoint, leads, schemas),
    }
    if endpoint.body:
        said["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[endpoint.name, "body"]}},
        }
    if endpoint.upload:
        file = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
        said["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": file}}}
    return said


def _in_path(endpoint: Endpoint) -> list[Json]:
    names = re.findall(r"{(\w+)}", endpoint.path)
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _in_query(endpoint: Endpoint, schemas: Mapping[Key, Json], definitions: Json) -> list[Json]:
    if not endpoint.query:
        return []
    form = definitions[schemas[endpoint.name, "query"]["$ref"].rsplit("/", 1)[1]]
    required = form.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in form["properties"].items()
    ]


def _in_headers(endpoint: Endpoint) -> list[Json]:
    said = []
    if endpoint.kept:
        said.append(_header("Idempotency-Key", "重发同一请求时沿用同一个键，只办理一次", KEY))
    if endpoint.versioned:
        said.append(_header("If-Match", '所见的版本号，例如 "7"；之后又办理过则答 412', IF_MATCH))
    return said


def _header(name: str, description: str, pattern: str) -> Json:
    schema = {"type": "string", "pattern": f"^{pattern}$"}
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def _parts(lead: Lead) -> Iterable[tuple[str, str]]:
    """The parts of a path that a lead fills in."""
    return cast("Iterable[tuple[str, str]]", lead if isinstance(lead[0], tuple) else (lead,))


def _responses(endpoint: Endpoint, leads: Mapping[str, Lead], schemas: Mapping[Key, Json]) -> Json:
    done: Json = {"description": endpoint.summary}
    if endpoint.returns:
        done["content"] = {"application/json": {"schema": schemas[endpoint.name, "returns"]}}
    else:
        done["content"] = {"*/*": {"schema": {"type": "string", "format": "binary"}}}
    if leads:
        done["links"] = {
            name: {
                "operationId": name,
                "parameters": {part: f"$response.body#{pointer}" for part, pointer in _parts(lead)},
            }
            for name, lead in leads.items()
        }
    noes = _NO_OF_ALL | (_NO_OF_WRITES if endpoint.method == "POST" else {})
    noes |= {412: "已有新情况"} if endpoint.versioned else {}
    problem = {"application/problem+json": {"schema": schemas["", "problem"]}}
    known = {"200": done | {"description": f"{endpoint.summary}：内容没有变化，是已有的那一份"}}
    return (
        (known if endpoint.finds_known else {})
        | {str(endpoint.status): done}
        | {str(status): {"description": words, "content": problem} for status, words in sorted(noes.items())}
    )
