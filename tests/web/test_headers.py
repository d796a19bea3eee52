"""What a browser may do with our pages, and that no template asks for more."""

import re
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from jinja2 import nodes
from pytest_django import Settings

import bihuan
from bihuan.config import headers
from bihuan.web.environment import environment
from bihuan.web.views import errors
from tests.towns import Town
from tests.web.officials import Office

SOURCES = Path(bihuan.__file__).parent
TEMPLATES = sorted(SOURCES.glob("*/templates/**/*.html"))
TAG = re.compile(r"<(?!/|!)([a-z][a-z0-9-]*)((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.IGNORECASE)
INLINE = re.compile(r"\s(?:on[a-z]+|hx-on[^=]*|style)\s*=", re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_no_template_has_inline_scripts_styles_or_handlers(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(), flags=re.DOTALL)
    for tag, attributes in TAG.findall(text):
        assert not INLINE.search(attributes), (tag, attributes)
        assert "javascript:" not in attributes.lower(), (tag, attributes)
        if tag.lower() == "script":
            assert "src=" in attributes or "nonce=" in attributes or "application/json" in attributes, attributes
        if tag.lower() == "style":
            assert "nonce=" in attributes, attributes


def test_there_are_templates_to_read() -> None:
    assert len(TEMPLATES) > 10


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCES)))
def test_a_template_names_no_filter_and_no_test_that_is_not_there(path: Path) -> None:
    known = environment()
    parsed = known.parse(path.read_text())
    assert {found.name for found in parsed.find_all(nodes.Filter)} <= known.filters.keys()
    assert {found.name for found in parsed.find_all(nodes.Test)} <= known.tests.keys()


def directives(response: HttpResponse) -> dict[str, str]:
    said = response.headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in said.split(";"))


@pytest.mark.django_db
def test_a_page_may_load_nothing_from_elsewhere_and_nothing_inline(office: Office) -> None:
    for url in ("/sign-in/", "/", "/account/", "/nowhere/"):
        response = office["unit.handler"].client.get(url, follow=True)
        policy = directives(response)
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert (policy["object-src"], policy["base-uri"], policy["frame-ancestors"]) == ("'none'",) * 3
        assert policy["form-action"] == "'self'"
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "camera=()" in response.headers["Permissions-Policy"]
        assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_the_api_may_be_shown_by_no_browser(wendeng: Town) -> None:
    response = Client().get("/api/v1/cases")
    assert response.status_code == 401
    assert directives(response) == {"default-src": "'none'", "frame-ancestors": "'none'"}
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_nonce_stands_in_the_policy_of_the_page_that_asked_for_one_and_never_twice() -> None:
    def page(request: HttpRequest) -> HttpResponse:
        return errors.broken(request)

    seen = set()
    for _ in range(3):
        response = headers.content_policy(page)(RequestFactory().get("/"))
        assert isinstance(response, HttpResponse)
        nonce = re.search(r'nonce="([^"]+)"', response.content.decode())
        assert nonce
        assert directives(response)["style-src"] == f"'self' 'nonce-{nonce[1]}'"
        seen.add(nonce[1])
    assert len(seen) == 3


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(wendeng: Town) -> None:
    from tests.towns import PASSWORD

    client = Client()
    client.get("/sign-in/")
    client.post("/sign-in/", {"account": "wd.unit.handler", "password": PASSWORD})
    session = client.cookies["sessionid"]
    for cookie in (session, client.cookies["csrftoken"]):
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert not session["max-age"], "the session ends with the browser"


def test_behind_tls_everything_is_kept_there() -> None:
    import os
    import subprocess
    import sys

    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "from bihuan.config import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
            " s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT)",
        ],
        env={**os.environ, "BIHUAN_HTTPS": "1", "PYTHONPATH": str(SOURCES.parent)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.split() == ["__Host-session", "__Host-csrf", "True", "True", "31536000", "True"]


@pytest.mark.django_db
def test_a_forged_form_changes_nothing(office: Office, settings: Settings) -> None:
    clerk = office["unit.handler"].client
    forger = Client(enforce_csrf_checks=True)
    forger.cookies = clerk.cookies.copy()  # type: ignore[assignment]
    for url in ("/account/sign-out-everywhere/", "/account/tokens/", "/account/password/", "/sign-out/"):
        assert forger.post(url, {"label": "x"}).status_code == 403, url
    assert clerk.get("/").status_code == 200
