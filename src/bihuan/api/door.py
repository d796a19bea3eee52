"""Where the requests of other systems come in: no session, no form token, no page; straight to the endpoint."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from bihuan.api import openapi, reading
from bihuan.api.endpoints import BASE, Call, Endpoint, Reply, Upload
from bihuan.api.problems import Problem, answer, in_json, method_refused, problem_of
from bihuan.api.routes import ROUTER
from bihuan.attachments import commands as attachments
from bihuan.kernel import errand
from bihuan.kernel.actor import Actor
from bihuan.organisations import queries as organisations
from bihuan.policy import names
from bihuan.policy.loader import look_again
from bihuan.record import scope
from bihuan.record.commands import once
from bihuan.record.types import Kept

Next = Callable[[HttpRequest], HttpResponseBase]

_OURS = "/api/"
_DESCRIPTION = "/api/openapi.json"


def door(get_response: Next) -> Next:
    """Answer what begins with /api/ and let everything else pass."""

    def enter(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(_OURS):
            return get_response(request)
        response = _answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if isinstance(response, HttpResponse):  # or the server would send it in chunks
            response.headers["Content-Length"] = str(len(response.content))
        return response

    return enter


def _answer(request: HttpRequest) -> HttpResponseBase:
    names.speak("")
    if request.path_info == _DESCRIPTION:
        return HttpResponse(openapi.text(ROUTER.endpoints), content_type="application/json")
    at, pack = datetime.now(UTC), ""
    try:
        endpoint, path = _find(request)
        request.resolver_match = endpoint.matched()
        standing = reading.bearer(request, scope=endpoint.scope, at=at)
        errand.ACCOUNT.set(standing.actor.account)
        pack = standing.jurisdiction.pack
        look_again()
        organisations.as_taken_up(standing.jurisdiction)
        key = reading.idempotency_key(request) if endpoint.kept else None
        version = reading.if_match(request) if endpoint.versioned else None
        call = Call(
            request,
            standing,
            path,
            reading.query(request, endpoint.query) if endpoint.query else None,
            reading.body(request, endpoint.body) if endpoint.body else None,
            _uploaded(reading.upload(request), endpoint, standing.actor) if endpoint.upload else None,
            version,
            key,
            at,
        )
        if endpoint.method == "GET":
            return _read(endpoint, call)
        with scope.asking(call.actor):
            return _write(endpoint, call)
    except Exception as error:  # every exception means a problem, a defect of ours among them
        return answer(problem_of(error, pack=pack))


def _find(request: HttpRequest) -> tuple[Endpoint, dict[str, str]]:
    base, _, rest = request.path_info.partition(f"{BASE}/")
    methods, path = ROUTER.find(rest) if not base else ({}, {})
    if not methods or any(map(reading.strange, path.values())):
        raise Problem(404, "unknown", "没有找到", "没有这个接口地址。")
    if endpoint := methods.get(request.method or ""):
        return endpoint, path
    raise method_refused(methods)


def _read(endpoint: Endpoint, call: Call) -> HttpResponseBase:
    with scope.reading(call.actor):
        reply = endpoint.view(call)
    if isinstance(reply, HttpResponseBase):
        return reply
    return _response(endpoint.status, _said(endpoint, reply.body).encode(), _headers(reply))


def _write(endpoint: Endpoint, call: Call) -> HttpResponseBase:
    """Carry a write out once, even where the client has to ask twice."""
    if not endpoint.kept:
        file = endpoint.view(call)
        assert isinstance(file, HttpResponseBase), "what is not kept is a file"
        return file
    if (key := call.key) is None:
        first, _ = _carry_out(endpoint, call)
        return _written(first)
    told: list[Kept] = []

    def write() -> Kept:
        first, again = _carry_out(endpoint, call)
        told[:] = [first]
        return again

    kept, repeated = once(account=call.actor.account, key=key, request=_digest(call), at=call.at, write=write)
    return _written(kept, {"Idempotency-Replayed": "true"}) if repeated else _written(told[0])


def _carry_out(endpoint: Endpoint, call: Call) -> tuple[Kept, Kept]:
    """What is answered now, and what is kept of it for a repeat."""
    reply = endpoint.view(call)
    assert isinstance(reply, Reply), "a write answers with something that can be kept"
    status, headers = 200 if reply.known else endpoint.status, json.dumps(_headers(reply))
    first = Kept(status, f"{headers}\n{_said(endpoint, reply.body)}")
    if reply.again is None:
        return first, first
    return first, Kept(status, f"{headers}\n{_said(endpoint, reply.again)}")


def _written(kept: Kept, more: Mapping[str, str] | None = None) -> HttpResponse:
    headers, _, body = kept.answer.partition("\n")
    said: dict[str, str] = json.loads(headers)
    return _response(kept.status, body.encode(), said | dict(more or {}))


def _said(endpoint: Endpoint, body: object) -> str:
    """The body of an answer, which names bodies as the regulation does that it speaks of."""
    return names.put(endpoint.dump(body).decode(), say=in_json)


def _digest(call: Call) -> bytes:
    """What makes two requests the same."""
    request = call.request
    total = hashlib.sha256(f"{request.method}\n{request.path_info}\n".encode())
    if call.query is not None:
        total.update(f"{call.query.model_dump_json()}\n".encode())
    total.update(call.file.digest if call.file else request.body)
    return total.digest()


def _uploaded(file: "UploadedFile[bytes]", endpoint: Endpoint, actor: Actor) -> Upload:
    """The uploaded file, looked into before anything is written: that lasts, and takes no transaction."""
    name = file.name or ""
    digest = hashlib.sha256(f"{name}\n".encode())
    for block in file.chunks():
        digest.update(block)
    file.seek(0)
    admitted = attachments.examine(name=name, data=file.read(), actor=actor) if endpoint.examined else None
    return Upload(file, digest.digest(), admitted)


def _headers(reply: Reply) -> dict[str, str]:
    headers = {} if reply.version is None else {"ETag": f'"{reply.version}"'}
    return headers | ({"Location": reply.place} if reply.place else {})


def _response(status: int, body: bytes, headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)
