"""How somebody likes pages to look; kept in the browser, so that it holds before signing in too."""

from dataclasses import asdict, dataclass, fields, replace

from django.http import HttpRequest, HttpResponseBase

COOKIE = "bihuan_look"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Look:
    """Large type, high contrast, dark; without shortcuts of one key."""

    large: bool = False
    contrast: bool = False
    dark: bool = False
    keyless: bool = False


def look_of(request: HttpRequest) -> Look:
    """What the browser remembers."""
    kept = request.COOKIES.get(COOKIE, "").split(".")
    return Look(**{f.name: f.name in kept for f in fields(Look)})


def asked_look(request: HttpRequest) -> Look:
    """What the browser remembers, with what the person just chose."""
    chosen = {f.name: request.POST[f.name] == "1" for f in fields(Look) if f.name in request.POST}
    return replace(look_of(request), **chosen)


def remember(response: HttpResponseBase, name: str, value: str, *, secure: bool) -> None:
    """Keep a choice in the browser for a year."""
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)


def as_kept(look: Look) -> str:
    """A look as the cookie keeps it."""
    return ".".join(name for name, on in asdict(look).items() if on)
