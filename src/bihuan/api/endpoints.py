"""What an endpoint is, and how the one that a request means is found."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, Literal

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from pydantic import TypeAdapter

from bihuan.attachments.types import Admitted
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.types import Standing

BASE = "/api/v1"
DISCLOSE = "disclose"


Lead = tuple[str, str] | tuple[tuple[str, str], ...]
"""A part of a path and where in the answer its value stands, or several of them."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request: as it was sent and the digest of that, and as it will be kept."""

    sent: "UploadedFile[bytes]"
    digest: bytes
    admitted: Admitted | None
    """None where the endpoint has it looked into later."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request as an endpoint sees it: checked, and signed by somebody."""

    request: HttpRequest
    standing: Standing
    path: Mapping[str, str]
    query: Any
    fields: Any
    file: Upload | None
    version: int | None
    key: str | None
    """The client's key for this write, by which it may repeat it."""
    at: datetime
    """The real moment; the jurisdiction's own is `now`."""

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.standing.actor

    @property
    def now(self) -> datetime:
        """What time it is in the actor's jurisdiction."""
        return self.standing.now

    @property
    def row_id(self) -> int:
        """The id of the row that the path names. Raises Unknown where no row can have it."""
        id = self.path["id"]
        if not (id.isascii() and id.isdigit() and int(id[:20]) < 2**63):
            raise Unknown(id)
        return int(id)


@dataclass(frozen=True, slots=True)
class Reply:
    """What an endpoint answers; `version` becomes the ETag, `place` the Location.

    `known` tells that what was to be made is there already: 200 in place of 201. `again` is what a repeat is told in
    place of a body that tells something once: that body is kept nowhere."""

    body: object
    version: int | None = None
    place: str = ""
    known: bool = False
    again: object = None


View = Callable[[Call], "Reply | HttpResponseBase"]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One method on one path."""

    method: Literal["GET", "POST"]
    path: str
    view: View
    name: str
    tag: str
    summary: str
    returns: Any
    """The type of the answer's body; None where it is a file."""
    status: int = 200
    finds_known: bool = False
    """Whether it may answer 200 in place of its own status, with what is there already."""
    query: type[Fields] | None = None
    body: type[Fields] | None = None
    upload: bool = False
    examined: bool = True
    """Whether an uploaded file is looked into as an attachment before anything is written."""
    versioned: bool = False
    """Whether `If-Match` is heard."""
    discloses: bool = False
    """Whether it shows a requester in clear."""
    leads: Mapping[str, Lead] = field(default_factory=dict, hash=False)
    """Endpoint that can be asked next → the part of its path, and where in the answer its value stands. What lies below
    the endpoint's own path is not named here."""

    @property
    def scope(self) -> str:
        """What a token must be good for."""
        return DISCLOSE if self.discloses else "read" if self.method == "GET" else "act"

    @property
    def kept(self) -> bool:
        """Whether its answer is kept under the client's key, so that it may be repeated; a file is fetched again."""
        return self.method == "POST" and self.returns is not None

    def dump(self, body: object) -> bytes:
        """The body of an answer as JSON."""
        return _adapter(self.returns).dump_json(body)

    def matched(self) -> ResolverMatch:
        """What the figures of the server name the route by."""
        return _match(self.path)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _nowhere(request: HttpRequest) -> HttpResponse:
    raise AssertionError("endpoints are called by their router")


@cache
def _match(path: str) -> ResolverMatch:
    return ResolverMatch(_nowhere, (), {}, route=f"{BASE}/{path}".lstrip("/"))


@dataclass(slots=True)
class _Node:
    words: dict[str, "_Node"] = field(default_factory=dict)
    any: "tuple[str, _Node] | None" = None
    methods: dict[str, Endpoint] = field(default_factory=dict)


class Router:
    """Finds the endpoints of a path word by word, in the time that the path is long."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        """Words in braces stand for any one word of a path."""
        self.endpoints = tuple(endpoints)
        self._root = _Node()
        for endpoint in self.endpoints:
            node = self._root
            for word in endpoint.path.split("/"):
                node = self._step(node, word)
            if endpoint.method in node.methods:
                raise ValueError(f"{endpoint.method} {endpoint.path} is there twice")
            node.methods[endpoint.method] = endpoint

    @staticmethod
    def _step(node: _Node, word: str) -> _Node:
        if not word.startswith("{"):
            return node.words.setdefault(word, _Node())
        if node.any is None:
            node.any = (word[1:-1], _Node())
        elif node.any[0] != word[1:-1]:
            raise ValueError(f"one place of the path is called {word} and {{{node.any[0]}}}")
        return node.any[1]

    def find(self, path: str) -> tuple[dict[str, Endpoint], dict[str, str]]:
        """Method → endpoint, and what stands in the path; no methods where there is no such path."""
        node, said = self._root, dict[str, str]()
        for word in path.split("/"):
            if (deeper := node.words.get(word)) is None:
                if node.any is None or not word:
                    return {}, {}
                name, deeper = node.any
                said[name] = word
            node = deeper
        return node.methods, said
