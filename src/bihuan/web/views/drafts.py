"""Keeping what is typed while it is typed."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt

from bihuan.drafts import commands as drafts
from bihuan.organisations.types import Standing
from bihuan.web import drafting
from bihuan.web.here import sent_only
from bihuan.web.standing import presence_of, signed_in, told_signed_out


@csrf_exempt  # the mark is ours and signed, and nobody else has one; without it nothing is written
@sent_only
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what stands in a form, and note that whoever types is there; 401 tells that their sign-in has ended.

    409 tells that another window of theirs keeps something else, 422 that it was not kept: too much of it, of a page
    open too long, or on something whose words were erased.
    """
    found = presence_of(request)
    try:
        kept = drafting.keep(request, seen=drafting.seen_in(request))
    except drafts.Elsewhere:
        return HttpResponse(status=409)
    lost = kept is None and "draft" in request.POST
    if not found:
        return HttpResponse(status=401, headers=told_signed_out(request))
    return HttpResponse(status=422 if lost else 204)


@sent_only
@signed_in
def drop(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Throw a draft away, and show its form empty."""
    mark = drafting.marked(request)
    if mark is None or mark.account != standing.actor.account:
        return redirect("/")
    drafts.drop(form=mark.form, actor=standing.actor)
    return redirect(mark.url)
