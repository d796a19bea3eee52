"""The way in, whatever somebody shows at the door: a password, single sign-on, a second factor."""

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from bihuan.access import commands as access
from bihuan.access import queries as entered
from bihuan.access.types import Way
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries
from bihuan.web.standing import SIGN_IN

PENDING = "pending"
"""Where the session keeps who has still to show a second factor."""
PROVED = "proved_at"
"""Where the session keeps when its password was last shown again."""
LOCKED = "连续输错次数过多，登录已暂停。请15分钟后再试；急需使用的，请本单位系统管理员解除锁定。"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def sso_label() -> str:
    """What single sign-on is called here; empty where there is none."""
    return settings.OIDC_LABEL if settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID else ""


def has_post(account: str) -> bool:
    """Whether the account holds a post today."""
    standing = queries.by_account(account, at=timezone.now())
    return standing is not None and bool(standing.actor.seats)


def locked(request: HttpRequest, account: str) -> bool:
    """Whether the account or the address rests after too many failures."""
    return entered.locked(account, ip=request.META.get("REMOTE_ADDR", ""), at=timezone.now())


def await_code(request: HttpRequest, account: str, onward: str, way: Way) -> None:
    """Who has shown a password or comes from single sign-on waits, under a new session, for the second factor."""
    request.session.flush()
    request.session[PENDING] = {"account": account, "next": onward, "way": way, "at": timezone.now().isoformat()}


def come_in(request: HttpRequest, account: str, way: Way, *, strong: bool) -> None:
    """Let somebody in who has shown what is asked, under a new session."""
    person = entered.official(account)
    if person is None:
        raise Unknown(account)
    for left in (PENDING, PROVED):
        request.session.pop(left, None)
    login(request, person, backend=BACKEND)
    request.session[SIGN_IN] = access.sign_in(
        account=account,
        way=way,
        strong=strong,
        ip=request.META.get("REMOTE_ADDR", ""),
        agent=request.META.get("HTTP_USER_AGENT", ""),
        at=timezone.now(),
    )


def sign_in_page(
    request: HttpRequest, onward: str, account: str = "", error: str = "", status: int = 422
) -> HttpResponse:
    """The page to sign in on, with why it did not work."""
    said = {"next": onward, "account": account, "error": error, "sso": sso_label()}
    return render(request, "sign_in.html", said, status=status if error else 200)


def onward_of(request: HttpRequest, url: str) -> str:
    """Where to go next, if that is a place of ours: an address, not a word that Django would take for a view's name."""
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if url.startswith("/") and safe else "/"
