"""The way in, whatever somebody shows at the door: a password, single sign-on, a second factor."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login, logout
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from bihuan.access import commands as access
from bihuan.access import queries as entered
from bihuan.access.types import KNOWN_FOR, Way
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries
from bihuan.web.here import stay
from bihuan.web.standing import LEFT, SIGN_IN

PENDING = "pending"
"""Where the session keeps who has still to show a second factor."""
PROVED = "proved_at"
"""Where the session keeps when its password was last shown again."""
SHARED_BY = 8
"""So many accounts may a browser be known to."""
LOCKED = "连续输错次数过多，登录已暂停。请15分钟后再试；急需使用的，请本单位系统管理员解除锁定。"
FOUNDING = "bihuan jurisdiction found --pack 规则包 --code 代码 --name 名称 --office 单位名称 --administrator 姓名"
BACKEND = "django.contrib.auth.backends.ModelBackend"


def sso_label() -> str:
    """What single sign-on is called here; empty where there is none."""
    return settings.OIDC_LABEL if settings.OIDC_ISSUER and settings.OIDC_CLIENT_ID else ""


def has_post(account: str) -> bool:
    """Whether the account holds a post today."""
    standing = queries.by_account(account, at=timezone.now())
    return standing is not None and bool(standing.actor.seats)


def locked(account: str) -> bool:
    """Whether the account rests after too many failures."""
    return entered.locked(account, at=timezone.now())


def held_up(request: HttpRequest, account: str) -> str:
    """Why the account cannot come in just now: it rests, or its network has failed so often that it waits."""
    at = timezone.now()
    if entered.locked(account, at=at):
        return LOCKED
    ip, known = request.META.get("REMOTE_ADDR", ""), _mark(account) in _known(request)
    seconds = entered.wait(account, ip=ip, known=known, at=at)
    return _("您所在的网络输错次数过多，请在%(n)d秒后再试。") % {"n": seconds} if seconds else ""


def failed(request: HttpRequest) -> None:
    """Note that somebody of this network showed something wrong."""
    access.failed(ip=request.META.get("REMOTE_ADDR", ""), at=timezone.now())


def _mark(account: str) -> str:
    return salted_hmac("bihuan.device", account, algorithm="sha256").hexdigest()[:32]


def _known(request: HttpRequest) -> list[str]:
    """Whom this browser has let in within the last weeks, as marks that tell no account."""
    try:
        said = signing.loads(request.COOKIES.get(_cookie(), ""), salt="bihuan.device", max_age=KNOWN_FOR)
    except signing.BadSignature:
        return []
    return [str(mark) for mark in said] if isinstance(said, list) else []


def _cookie() -> str:
    return "__Host-device" if settings.HTTPS else "device"


def _remember(request: HttpRequest, response: HttpResponse, account: str) -> None:
    """Let the browser be known again: it waits for nobody's failures."""
    mark = _mark(account)
    marks = [mark, *(one for one in _known(request) if one != mark)][:SHARED_BY]
    response.set_cookie(
        _cookie(),
        signing.dumps(marks, salt="bihuan.device"),
        max_age=KNOWN_FOR,
        httponly=True,
        samesite="Strict",
        secure=settings.HTTPS,
    )


def await_code(request: HttpRequest, account: str, onward: str, way: Way) -> None:
    """Who has shown a password or comes from single sign-on waits, under a new session, for the second factor."""
    request.session.flush()
    request.session[PENDING] = {"account": account, "next": onward, "way": way, "at": timezone.now().isoformat()}


def come_in(request: HttpRequest, account: str, way: Way, *, strong: bool, onward: str) -> HttpResponse:
    """Let somebody in who has shown what is asked, under a new session, and lead them on."""
    person = entered.official(account)
    if person is None:
        raise Unknown(account)
    for left in (PENDING, PROVED, LEFT):
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
    response = redirect(onward)
    _remember(request, response, account)
    return response


def leave(request: HttpRequest) -> HttpResponse:
    """End the session because whoever it belongs to wanted so; what is asked in it afterwards is told that."""
    logout(request)
    request.session[LEFT] = True
    return redirect("/sign-in/")


def sign_in_page(
    request: HttpRequest, onward: str, account: str = "", error: str = "", status: int = 422
) -> HttpResponse:
    """The page to sign in on, with why it did not work."""
    sent = request.POST.get("sent") or request.GET.get("sent", "")
    stay(request, f"/sign-in/?{urlencode({'next': onward, **({'sent': sent} if sent else {})})}")
    said: dict[str, object] = {"next": onward, "account": account, "error": error, "sso": sso_label(), "sent": sent}
    said["left"] = request.session.get(LEFT, False)
    said |= {"founded": queries.founded(), "founding": FOUNDING}
    return render(request, "sign_in.html", said, status=status if error else 200)


def onward_of(request: HttpRequest, url: str) -> str:
    """Where to go next, if that is a place of ours: an address, not a word that Django would take for a view's name."""
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if url.startswith("/") and safe else "/"
