"""Who is signed in, where, and what time it is there."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
StandingView = Callable[Concatenate[HttpRequest, Standing, P], HttpResponseBase]


def standing_of(request: HttpRequest) -> Standing | None:
    """The standing of whoever is signed in, asked for once a request; None without an account or without a post."""
    if not hasattr(request, "user"):
        return None  # what went wrong before anybody was asked who they are
    if not hasattr(request, "_standing"):
        account = request.user.account if request.user.is_authenticated else ""
        found = organisations.by_account(account, at=timezone.now()) if account else None
        request._standing = found if found and found.actor.seats else None  # type: ignore[attr-defined]
    known: Standing | None = request._standing  # type: ignore[attr-defined]
    return known


def signed_in(view: StandingView[P]) -> View[P]:
    """A view for officials: it is given their standing; others are asked to sign in."""

    @wraps(view)
    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        standing = standing_of(request)
        if standing is None:
            return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
        return view(request, standing, *args, **kwargs)

    return enter
