"""Single sign-on by OpenID Connect: the provider says who somebody is; the account must be there already."""

import logging
from functools import lru_cache
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe
from joserfc.errors import JoseError
from requests import RequestException

from bihuan.access import queries as entered
from bihuan.access.types import Way
from bihuan.kernel.refusal import Unknown
from bihuan.web import entering

log = logging.getLogger(__name__)
ONWARD = "sso_next"
SECOND_FACTORS = frozenset({"mfa", "otp", "swk"})
"""What a provider says in `amr` (RFC 8176) when a second factor was shown there."""
FACTORS = (
    frozenset({"pwd", "pin", "kba"}),
    frozenset({"hwk", "sc", "sms", "tel"}),
    frozenset({"fpt", "face", "iris", "retina", "vbm"}),
)
"""What somebody knows, has and is: a key, a card or a face is one factor, and two of different kinds are two."""
PATIENCE = 10


@lru_cache(maxsize=4)
def _provider(issuer: str, client: str, secret: str) -> Any:
    return OAuth().register(
        name="sso",
        client_id=client,
        client_secret=secret or None,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "timeout": PATIENCE,
            "default_timeout": PATIENCE,
        },
    )


def provider() -> Any:
    """The provider as the environment names it; raises Unknown where there is none."""
    if not entering.sso_label():
        raise Unknown("sso")
    return _provider(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET)


@require_safe
def begin(request: HttpRequest) -> HttpResponseBase:
    """Send the browser to the provider."""
    known, onward = provider(), entering.onward_of(request, request.GET.get("next", ""))
    request.session[ONWARD] = onward
    try:
        answer: HttpResponseBase = known.authorize_redirect(request, request.build_absolute_uri("/sign-in/sso/back/"))
    except (RequestException, OAuthError, ValueError, RuntimeError) as error:
        log.warning("single sign-on could not begin: %s", type(error).__name__)
        return _failed(request, onward, f"{entering.sso_label()}暂时不可用，请稍后再试，或用账号密码登录。")
    return answer


@require_safe
def back(request: HttpRequest) -> HttpResponseBase:
    """The browser comes back from the provider with a code; its token says who it is."""
    known, onward = provider(), str(request.session.pop(ONWARD, "/"))
    try:
        said = known.authorize_access_token(request).get("userinfo") or {}
    except (RequestException, OAuthError, JoseError, ValueError, KeyError, TypeError, RuntimeError) as error:
        log.warning("single sign-on failed: %s", type(error).__name__)
        return _failed(request, onward, f"{entering.sso_label()}没有通过，请重新登录。")
    if said.get("iss") != settings.OIDC_ISSUER and str(said.get("iss", "")).rstrip("/") != settings.OIDC_ISSUER:
        return _failed(request, onward, f"{entering.sso_label()}没有通过，请重新登录。")
    account = str(said.get(settings.OIDC_CLAIM) or "")[:64]
    if not account or entered.official(account) is None or not entering.has_post(account):
        return _failed(
            request,
            onward,
            f"{entering.sso_label()}已通过，但本系统没有与您对应的在任账号。请联系本单位系统管理员开设。",
        )
    strong = _is_strong(said.get("amr"))
    if not strong and entered.enrolled(account):
        entering.await_code(request, account, onward, Way.SINGLE_SIGN_ON)
        return redirect("/sign-in/code/")
    return entering.come_in(request, account, Way.SINGLE_SIGN_ON, strong=strong, onward=onward)


def _is_strong(amr: object) -> bool:
    """Whether the provider says that two factors were shown."""
    shown = {str(one) for one in amr} if isinstance(amr, list) else set[str]()
    return bool(SECOND_FACTORS & shown) or sum(bool(kind & shown) for kind in FACTORS) > 1


def _failed(request: HttpRequest, onward: str, words: str) -> HttpResponseBase:
    return entering.sign_in_page(request, onward, error=words)
