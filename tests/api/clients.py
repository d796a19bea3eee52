"""Systems that call the API, each with a person's token."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from bihuan.organisations import queries as organisations
from bihuan.organisations.commands import issue_token
from bihuan.organisations.types import SCOPES
from tests.matters import walks as matters
from tests.towns import FOUNDER, Town
from tests.walks import DOERS, filled

BASE = "/api/v1"


class Api:
    """One client, signing as one person."""

    def __init__(self, account: str, *, scopes: tuple[str, ...] = SCOPES, label: str = "测试") -> None:
        """A token is issued for the account, good from this machine."""
        now = datetime.now(UTC)
        self.token = issue_token(
            account=account,
            label=label,
            scopes=scopes,
            networks=("127.0.0.1",),
            second_factor=True,
            actor=FOUNDER,
            now=now,
            at=now,
        )
        self.client = Client()

    def headers(self, more: Mapping[str, str]) -> dict[str, str]:
        """The token and what else is said."""
        return {"Authorization": f"Bearer {self.token}", **more}

    def get(self, path: str, **headers: str) -> HttpResponse:
        """Ask for something."""
        return self.client.get(BASE + path, headers=self.headers(headers))

    def post(self, path: str, body: object = None, **headers: str) -> HttpResponse:
        """Send a JSON body; a header's underlines are hyphens."""
        raw = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = said.pop("Content-Type", "application/json")
        return self.client.post(BASE + path, raw, content_type=kind, headers=self.headers(said))


class Staff:
    """Everybody of a town, each with a client of their own."""

    def __init__(self, town: Town) -> None:
        """Tokens are issued when somebody is first asked for."""
        self.town = town
        self._clients: dict[str, Api] = {}

    def __getitem__(self, short: str) -> Api:
        if short not in self._clients:
            self._clients[short] = Api(f"{self.town.code}.{short}")
        return self._clients[short]

    def register(self, **fields: Any) -> dict[str, Any]:
        """Register a request by the book."""
        now = datetime.now(UTC)
        response = self["desk.registrar"].post("/cases", {**filled("register", self.town, now), **fields})
        assert response.status_code == 201, response.content.decode()
        return dict(response.json())

    def do(
        self, number: str, act: str, *, by: str | None = None, headers: Mapping[str, str] = {}, **fields: Any
    ) -> Any:
        """Do an act by the book and answer the response."""
        form = {**filled(act, self.town, datetime.now(UTC)), **fields}
        return self[by or DOERS[act]].post(f"/cases/{number}/acts/{act}", form, **headers)

    def walk(self, *acts: str) -> str:
        """A new case along some acts; answers its number."""
        number: str = self.register()["number"]
        for act in acts:
            response = self.do(number, act)
            assert response.status_code == 200, response.content.decode()
        return number

    def settle(self, number: str, act: str, *, by: str | None = None, **fields: Any) -> Any:
        """Do an act on a listed matter by the book and answer the response."""
        now = organisations.by_account(f"{self.town.code}.{by or matters.DOERS[act]}", at=datetime.now(UTC))
        assert now is not None
        form = {**matters.filled(act, self.town, now.now), **fields}
        return self[by or matters.DOERS[act]].post(f"/matters/{number}/acts/{act}", form)
