"""How every page of the public site begins: whose site, what time it is there, who asks."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy

from bihuan.intake.numbers import query_mark
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import JurisdictionFacts, Standing
from bihuan.policy.loader import pack
from bihuan.public import errors
from bihuan.record import scope

P = ParamSpec("P")
COOKIE = "bihuan_case"
RECEIPT = "bihuan_receipt"
UNSENT = gettext_lazy(
    "页面已过期或浏览器没有允许 Cookie，刚才的没有提交。您填写的内容还在，请核对后再提交一次；文件要重新选择。"
)
KEPT = 30 * 60
"""Seconds for which a browser remembers whose case it followed."""


def plainly(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Tell a "no" of the domain on a page of the citizens' side."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except Unknown:
            response = errors.not_found(request)
        except Refused as refused:
            cited = pack(refused.pack).cite(refused.refusal.norm).words if refused.pack else ""
            response = errors.refused(request, refused.refusal.reason, cited)
        return _gone_on(request, response)

    return answer


def _gone_on(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Whoever went on from the receipt to another page has read the query code: the browser cannot show it again."""
    place, _, page = request.path_info.removeprefix("/p/").partition("/")
    if RECEIPT in request.COOKIES and RECEIPT not in response.cookies and page not in ("receipt/", "places/"):
        response.delete_cookie(RECEIPT, path=f"/p/{place}/", samesite="Lax")
    return response


def standing(place: JurisdictionFacts, actor: Actor) -> Standing:
    """A citizen on the site of a place, at the moment that it is there."""
    return Standing(actor, place, timezone.now() + place.offset)


def shown_to(request: HttpRequest, actor: Actor) -> AbstractContextManager[None]:
    """Inside, the database shows what that citizen may see, and lets a page that is only read write nothing."""
    return scope.reading(actor) if request.method in ("GET", "HEAD") else scope.asking(actor)


def remember(response: HttpResponseBase, place: str, number: str, code: str, *, secure: bool) -> None:
    """Let the browser follow that case for half an hour, on this site alone, while this is its query code."""
    _keep(response, place, COOKIE, f"{number} {_fingerprint(query_mark(place, code))}", secure=secure)


def hand_receipt(response: HttpResponseBase, place: str, visit: str, request: bytes, *, secure: bool) -> None:
    """Let the browser show the receipt of that form until it goes on; the code itself stays here, sealed."""
    _keep(response, place, RECEIPT, f"{visit} {request.hex()}", secure=secure)


def receipt_of(request: HttpRequest, place: str) -> tuple[str, bytes]:
    """The visit and the digest of the form whose receipt the browser may show; empty where there is none."""
    kept = request.get_signed_cookie(RECEIPT, default="", salt=_salt(place), max_age=KEPT) or ""
    visit, _, digest = kept.partition(" ")
    return visit, bytes.fromhex(digest)


def _keep(response: HttpResponseBase, place: str, name: str, said: str, *, secure: bool) -> None:
    response.set_signed_cookie(
        name,
        said,
        salt=_salt(place),
        max_age=KEPT,
        path=f"/p/{place}/",
        httponly=True,
        samesite="Lax",
        secure=secure or settings.HTTPS,
    )


def forget(response: HttpResponseBase, place: str) -> None:
    """Let the browser follow no case any more."""
    response.delete_cookie(COOKIE, path=f"/p/{place}/", samesite="Lax")


def requester_in(request: HttpRequest, place: str) -> Standing | None:
    """The requester whom the browser remembers; None where it remembers nobody. Raises Unknown for no such place."""
    number, _ = _remembered(request, place)
    if not number:
        return None
    return standing(organisations.jurisdiction(place), Actor.requester(place, own=number))


def still_opens(request: HttpRequest, place: str, mark: bytes) -> bool:
    """Whether the query code by which the browser came in is still that of the case: a renewed one shuts it out."""
    _, fingerprint = _remembered(request, place)
    return constant_time_compare(fingerprint, _fingerprint(mark))


def _remembered(request: HttpRequest, place: str) -> tuple[str, str]:
    kept = request.get_signed_cookie(COOKIE, default="", salt=_salt(place), max_age=KEPT) or ""
    number, _, fingerprint = kept.partition(" ")
    return number, fingerprint


def _fingerprint(mark: bytes) -> str:
    """As much of the mark of a query code as tells it from another."""
    return mark.hex()[:16]


def _salt(place: str) -> str:
    return f"bihuan.public.case.{place}"
