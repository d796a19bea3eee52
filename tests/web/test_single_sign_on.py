"""Single sign-on, against a small provider that speaks OpenID Connect over HTTP and signs real tokens."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.http import HttpResponse
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey
from pyotp import TOTP
from pytest_django import Settings

from bihuan.access.models import SignIn
from bihuan.organisations.models import Person
from tests.towns import Town
from tests.web.officials import Office, Page

pytestmark = pytest.mark.django_db
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
FOREIGN = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
SECRET = "a secret between provider and client"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@dataclass
class Provider:
    """A provider: it lets everybody in whom the test names, and tells what the test wants told."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    signing: RSAKey = field(default_factory=lambda: KEY)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __call__(self, environ: dict[str, Any], start: Any) -> list[bytes]:
        """Answer discovery, keys and the exchange of a code for tokens."""
        path = environ["PATH_INFO"]
        if path == "/.well-known/openid-configuration":
            status, said = "200 OK", self._metadata()
        elif path == "/keys":
            status, said = "200 OK", {"keys": [KEY.as_dict(private=False)]}
        elif path == "/token":
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            status, said = self._exchange(parse_qs(body.decode()), environ.get("HTTP_AUTHORIZATION", ""))
        else:
            status, said = "404 Not Found", {}
        start(status, [("Content-Type", "application/json")])
        return [json.dumps(said).encode()]

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, url: str) -> str:
        """What the provider's page does once somebody is known: answers where the browser is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return f"{urlsplit(asked['redirect_uri']).path}?code={code}&state={asked['state']}"

    def _exchange(self, form: dict[str, list[str]], said: str) -> tuple[str, dict[str, Any]]:
        asked = self.codes.pop(form["code"][0], None)
        known = base64.b64encode(f"bihuan:{SECRET}".encode()).decode()
        verifier = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if asked is None or said != f"Basic {known}" or challenge != asked["code_challenge"]:
            return "400 Bad Request", {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "bihuan",
            "sub": "1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            **self.claims,
        }
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.signing)
        return "200 OK", {"access_token": "x", "token_type": "Bearer", "expires_in": 300, "id_token": token}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider that listens, and a site that knows it."""
    known = Provider()
    server = make_server("127.0.0.1", 0, known, handler_class=_Quiet)  # type: ignore[arg-type]
    known.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = known.issuer, "bihuan", SECRET
    settings.OIDC_LABEL = "政务统一身份"
    yield known
    server.shutdown()
    server.server_close()
    thread.join()


def come(provider: Provider, client: Client, **claims: Any) -> HttpResponse:
    """Go to the provider and come back with what it tells."""
    provider.claims = claims
    sent = client.get("/sign-in/sso/?next=/cases/")
    assert sent.headers["Location"].startswith(f"{provider.issuer}/authorize?")
    back: Any = client.get(provider.authorize(sent.headers["Location"]))
    return back


def test_who_has_an_account_comes_in_without_a_password(wendeng: Town, provider: Provider) -> None:
    client = Client()
    assert "用政务统一身份登录" in Page(client.get("/sign-in/")).text
    assert come(provider, client, preferred_username="wd.unit.handler").headers["Location"] == "/cases/"
    assert client.get("/cases/").status_code == 200
    assert (SignIn.objects.get().way, SignIn.objects.get().strong) == ("sso", False)


def test_an_account_is_never_made_by_the_provider(wendeng: Town, provider: Provider) -> None:
    before, client = Person.objects.count(), Client()
    for claims in ({"preferred_username": "wd.stranger"}, {}, {"preferred_username": ""}):
        answer = come(provider, client, **claims)
        assert (answer.status_code, "没有与您对应的在任账号" in Page(answer).text) == (422, True)
    assert Person.objects.count() == before
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody else"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1_000_000_000},
        {"nonce": "of another sign-in"},
    ],
)
def test_a_token_that_is_not_for_us_from_there_and_of_now_is_refused(
    wendeng: Town, provider: Provider, claims: dict[str, Any]
) -> None:
    client = Client()
    answer = come(provider, client, preferred_username="wd.unit.handler", **claims)
    assert (answer.status_code, "没有通过" in Page(answer).text) == (422, True)
    assert not SignIn.objects.exists()


def test_a_token_signed_by_another_key_is_refused(wendeng: Town, provider: Provider) -> None:
    provider.signing = FOREIGN
    answer = come(provider, Client(), preferred_username="wd.unit.handler")
    assert (answer.status_code, SignIn.objects.exists()) == (422, False)


def test_an_answer_that_the_browser_did_not_ask_for_is_refused(wendeng: Town, provider: Provider) -> None:
    provider.claims = {"preferred_username": "wd.unit.handler"}
    somebody, victim = Client(), Client()
    back = provider.authorize(somebody.get("/sign-in/sso/").headers["Location"])
    assert victim.get(back).status_code == 422
    for url in ("/sign-in/sso/back/", "/sign-in/sso/back/?error=access_denied", "/sign-in/sso/back/?code=x&state=y"):
        assert victim.get(url).status_code == 422, url
    assert not SignIn.objects.exists()


def test_an_own_second_factor_is_asked_for_unless_the_provider_showed_one(office: Office, provider: Provider) -> None:
    secret = office["unit.handler"].take_up_second_factor()
    client = Client()
    answer = come(provider, client, preferred_username="wd.unit.handler", amr=["pwd"])
    assert answer.headers["Location"] == "/sign-in/code/"
    assert client.get("/cases/").status_code == 302
    assert client.post("/sign-in/code/", {"code": TOTP(secret).at(time.time() + 30)}).headers["Location"] == "/cases/"
    strong = come(provider, Client(), preferred_username="wd.unit.handler", amr=["pwd", "otp", "mfa"])
    assert strong.headers["Location"] == "/cases/"
    assert SignIn.objects.latest("pk").strong


@pytest.mark.parametrize("amr", [["face"], ["fpt"], ["hwk"], ["sc"], ["pwd"], ["fpt", "face"], None])
def test_one_factor_is_no_second_one(office: Office, provider: Provider, amr: object) -> None:
    office["unit.handler"].take_up_second_factor()
    answer = come(provider, Client(), preferred_username="wd.unit.handler", amr=amr)
    assert answer.headers["Location"] == "/sign-in/code/"


@pytest.mark.parametrize("amr", [["pwd", "face"], ["pin", "hwk"], ["sc", "fpt"], ["pwd", "otp"]])
def test_two_factors_of_different_kinds_are_two(office: Office, provider: Provider, amr: list[str]) -> None:
    office["unit.handler"].take_up_second_factor()
    answer = come(provider, Client(), preferred_username="wd.unit.handler", amr=amr)
    assert answer.headers["Location"] == "/cases/"


def test_a_provider_that_is_away_is_told_in_plain_words(wendeng: Town, provider: Provider, settings: Settings) -> None:
    settings.OIDC_ISSUER = "http://127.0.0.1:9"
    answer = Client().get("/sign-in/sso/")
    assert (answer.status_code, "暂时不可用" in Page(answer).text) == (422, True)


def test_without_a_provider_there_is_no_such_door(wendeng: Town) -> None:
    assert Client().get("/sign-in/sso/").status_code == 404
    assert "sso" not in Page(Client().get("/sign-in/")).html
