"""Choosing a language and a look."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from bihuan.web.look import COOKIE, as_kept, asked_look, remember


@require_POST
def choose(request: HttpRequest) -> HttpResponseBase:
    """Remember a language or a look, and go back to where one was."""
    onward, secure = request.POST.get("next", ""), request.is_secure()
    safe = url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}, require_https=secure)
    response = redirect(onward if onward and safe else "/")
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        remember(response, settings.LANGUAGE_COOKIE_NAME, language, secure=secure)
    remember(response, COOKIE, as_kept(asked_look(request)), secure=secure)
    return response
