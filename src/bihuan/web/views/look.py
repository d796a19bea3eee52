"""Choosing a language and a look."""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from bihuan.web.entering import onward_of
from bihuan.web.here import sent_only
from bihuan.web.look import COOKIE, as_kept, asked_look, remember


@sent_only
def choose(request: HttpRequest) -> HttpResponseBase:
    """Remember a language or a look, and go back to where one was."""
    secure = request.is_secure()
    response = redirect(onward_of(request, request.POST.get("next", "")))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        remember(response, settings.LANGUAGE_COOKIE_NAME, language, secure=secure)
    remember(response, COOKIE, as_kept(asked_look(request)), secure=secure)
    return response
