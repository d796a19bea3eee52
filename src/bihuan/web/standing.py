"""Who is signed in, where, and what time it is there."""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import quote, urlsplit

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from bihuan.access import commands as entering
from bihuan.access import queries as access
from bihuan.access.types import Owed, Presence
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy.loader import look_again
from bihuan.record import scope
from bihuan.record.reading import one_look
from bihuan.record.room import lacks_room
from bihuan.web import drafting
from bihuan.web.here import page_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
StandingView = Callable[Concatenate[HttpRequest, Standing, P], HttpResponseBase]

SIGN_IN = "sign_in"
"""Where the session keeps the number of the sign-in."""
LEFT = "left"
"""By this the session of nobody keeps that whoever was signed in left by themselves."""
NOTICED_EVERY = timedelta(minutes=1)
WHERE = {Owed.PASSWORD: "/account/password/", Owed.SECOND_FACTOR: "/account/second-factor/"}


def presence_of(request: HttpRequest) -> Presence | None:
    """Whoever is signed in, asked for once a request; None without a sign-in that holds or without a post."""
    if not hasattr(request, "session"):
        return None  # what went wrong before anybody was asked who they are
    if not hasattr(request, "_presence"):
        number = request.session.get(SIGN_IN)
        found = access.presence(number, at=timezone.now()) if isinstance(number, int) else None
        request._presence = found if found and found.standing.actor.seats else None  # type: ignore[attr-defined]
    known: Presence | None = request._presence  # type: ignore[attr-defined]
    return known


def owes(request: HttpRequest) -> bool:
    """Whether whoever is signed in owes a password or a second factor first: no other page is open to them."""
    found = presence_of(request)
    return found is not None and found.owed is not None


def standing_of(request: HttpRequest) -> Standing | None:
    """The standing of whoever is signed in; None without an account or without a post."""
    found = presence_of(request)
    return found.standing if found else None


def signed_in(view: StandingView[P]) -> View[P]:
    """A view for officials who owe nothing: it is given their standing; others are led to what comes first."""
    return _enter(view, whoever=False)


def signed_in_whoever(view: StandingView[P]) -> View[P]:
    """The same for the pages on which a password is changed or a second factor taken up."""
    return _enter(view, whoever=True)


def _enter(view: StandingView[P], *, whoever: bool) -> View[P]:
    @wraps(view)
    def enter(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = presence_of(request)
        if found is None:
            return _signed_out(request)
        if found.owed is not None and not whoever:
            return _led_to(request, WHERE[found.owed])
        look_again()
        organisations.as_taken_up(found.standing.jurisdiction)
        actor = found.standing.actor
        if request.method in ("GET", "HEAD"):
            with scope.reading(actor), one_look():
                return view(request, found.standing, *args, **kwargs)
        with scope.asking(actor):
            return view(request, found.standing, *args, **kwargs)

    return enter


def _signed_out(request: HttpRequest) -> HttpResponseBase:
    """Lead to the door and back again. What was typed is kept for whose page it was; an open page moves nowhere."""
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers=told_signed_out(request))
    if request.method in ("GET", "HEAD"):
        return redirect(f"/sign-in/?next={quote(request.get_full_path())}")
    mark = drafting.keep(request)
    came_from = urlsplit(request.headers.get("Referer", ""))
    onward = mark.url if mark else page_of(came_from.path) if came_from.netloc == request.get_host() else "/"
    return redirect(f"/sign-in/?next={quote(onward)}&sent={'kept' if mark else 'lost'}")


def told_signed_out(request: HttpRequest) -> dict[str, str]:
    """What tells an open page that nobody is signed in: it has expired, or they left by themselves."""
    left = request.session.get(LEFT, False)
    return {"HX-Trigger": json.dumps({"signed-out": {"left": True}}) if left else "signed-out"}


def keep_alive(request: HttpRequest) -> None:
    """Note that whoever signed in is still there; what a page asks by itself (a GET of htmx) is no sign of it."""
    found: Presence | None = getattr(request, "_presence", None)
    by_itself = request.method == "GET" and getattr(request, "htmx", False)
    at = timezone.now()
    if found is not None and not by_itself and at - found.seen_at > NOTICED_EVERY:
        try:
            entering.seen(sign_in=found.sign_in, at=at)
        except DatabaseError as error:
            if not lacks_room(error):  # then one can still read
                raise


def _led_to(request: HttpRequest, url: str) -> HttpResponseBase:
    """Lead the browser there; a part of a page that htmx asked for must not be filled with a whole one. What the very
    page asks to which one is led moves nowhere: it would be loaded anew without end."""
    if getattr(request, "htmx", False):
        there = urlsplit(request.headers.get("HX-Current-URL", "")).path == url
        return HttpResponse(status=204, headers={} if there else {"HX-Redirect": url})
    return redirect(url)
