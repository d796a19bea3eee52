"""What every page needs around it: a "no" of the domain becomes a page in plain words."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.html import escape

from bihuan.kernel.refusal import Overtaken, Refusal, Refused, Unknown
from bihuan.policy import names
from bihuan.policy.loader import Unusable
from bihuan.policy.pack import NoLimit
from bihuan.web.marking import marked
from bihuan.web.standing import keep_alive
from bihuan.web.views import errors

log = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponseBase]


class Face:
    """Pages are personal and are kept by nobody; refusals that no form caught are told by a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        keep_alive(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The page for a "no"; what is a defect goes on."""
        if isinstance(error, Unknown):
            return errors.not_found(request, error)
        if isinstance(error, Unusable):
            return errors.unusable(request, error)
        if isinstance(error, NoLimit):
            log.error("%s", error.words)
            return errors.refused(request, Refused(Refusal(error.words, None)))
        if isinstance(error, Refused):
            return errors.refused(request, error)
        return errors.overtaken(request, error) if isinstance(error, Overtaken) else None


def face(get_response: Next) -> Face:
    """The middleware as the settings name it."""
    return Face(get_response)


def language(get_response: Next) -> Next:
    """Pages speak Chinese, the language of the office, unless the browser remembers that somebody chose another; they
    name bodies as the regulation does that they speak of."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        spoken = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        names.speak("")
        with translation.override(spoken):
            response = get_response(request)
            if isinstance(response, HttpResponse) and _is_page(response) and MARK in response.content:
                response.content = names.put(response.content.decode(), say=_on_a_page).encode()
        if spoken != settings.LANGUAGE_CODE and isinstance(response, HttpResponse) and _is_page(response):
            response.content = marked(response.content.decode()).encode()
        response.headers.setdefault("Content-Language", spoken)
        patch_vary_headers(response, ("Cookie",))
        return response

    return answer


MARK = names.MARK.encode()


def _on_a_page(word: str) -> str:
    return escape(translation.gettext(word))


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith("text/html; charset=utf-8")
