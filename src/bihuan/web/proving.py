"""Showing once more that one is who signed in, before what would serve a stranger at an open desk."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from bihuan.access import queries as access
from bihuan.access.types import Way
from bihuan.organisations.types import Standing
from bihuan.web.entering import LOCKED, PROVED, locked
from bihuan.web.standing import presence_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Standing, P], HttpResponseBase]

PROOF = "proof"
"""The control in which the password is typed once more."""
FRESH = timedelta(minutes=10)
"""So long nobody is asked again."""


def proved_again(view: View[P]) -> View[P]:
    """A view that does something only for whoever has shown the password within the last minutes, or shows it now."""

    @wraps(view)
    def prove(request: HttpRequest, standing: Standing, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.method == "POST" and not _fresh(request, standing):
            if trouble := wrong(request, standing.actor.account, request.POST.get(PROOF, "")):
                return _asked(request, trouble if PROOF in request.POST else "")
            request.session[PROVED] = timezone.now().isoformat()
        return view(request, standing, *args, **kwargs)

    return prove


@sensitive_variables("password")
def wrong(request: HttpRequest, account: str, password: str) -> str:
    """Why the password does not show who one is; nothing if it does. Too many tries lock the account as at the door."""
    if locked(account):
        return LOCKED
    password = password.replace("\x00", "")[:1024]
    if not password:
        return _("请输入密码。")
    if authenticate(request, account=account, password=password) is not None:
        return ""
    return LOCKED if locked(account) else _("密码不对，请检查大小写和输入法。")


def _fresh(request: HttpRequest, standing: Standing) -> bool:
    """Whether that was shown within the last minutes; who came by single sign-on showed it there."""
    at = timezone.now()
    shown = request.session.get(PROVED)
    if isinstance(shown, str) and at - datetime.fromisoformat(shown) < FRESH:
        return True
    present = presence_of(request)
    if present is None or present.way != Way.SINGLE_SIGN_ON:
        return False
    rows = access.sign_ins(standing.actor.account, at=at)
    return any(row.id == present.sign_in and at - row.began_at < FRESH for row in rows)


def _asked(request: HttpRequest, trouble: str) -> HttpResponse:
    """The page that asks for the password, and then does what was to be done."""
    carried = [(name, value) for name in request.POST for value in request.POST.getlist(name)]
    present = presence_of(request)
    said = {
        "carried": [(name, value) for name, value in carried if name not in (PROOF, "csrfmiddlewaretoken")],
        "trouble": trouble,
        "single_sign_on": present is not None and present.way == Way.SINGLE_SIGN_ON,
    }
    return render(request, "account/prove.html", said, status=422 if trouble else 200)
