"""What a browser may do with our pages: nothing but what we serve ourselves."""

import secrets
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty

Next = Callable[[HttpRequest], HttpResponseBase]

DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""No inline script and no inline style, but for a tag that carries the nonce of its own page."""
FEATURES = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "microphone",
        "payment",
        "usb",
    )
)
MACHINES = "default-src 'none'; frame-ancestors 'none'"


def content_policy(get_response: Next) -> Next:
    """Forbid scripts, styles, frames and fonts from anywhere else, also when a text slips through unescaped."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        nonce = SimpleLazyObject(lambda: secrets.token_urlsafe(16))
        request.csp_nonce = nonce  # type: ignore[attr-defined]
        response = get_response(request)
        machines = request.path_info.startswith("/api/")
        headers = response.headers
        headers.setdefault("Content-Security-Policy", MACHINES if machines else policy(_asked(nonce)))
        headers.setdefault("Permissions-Policy", FEATURES)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return answer


def policy(nonce: str = "") -> str:
    """The policy of a page; the nonce stands in it only where a template asked for one."""
    own = f" 'nonce-{nonce}'" if nonce else ""
    return "; ".join(
        f"{name} {said}{own if name in ('script-src', 'style-src') else ''}" for name, said in DIRECTIVES.items()
    )


def _asked(nonce: "SimpleLazyObject[str]") -> str:
    return "" if nonce._wrapped is empty else str(nonce)
