"""What did not work is told on a page of the side where it happened: the citizens' or the officials'."""

from django.http import HttpRequest, HttpResponse

from bihuan.public import errors as public
from bihuan.web.views import errors as web


def _with_citizens(request: HttpRequest) -> bool:
    return request.path_info.startswith("/p/")


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form does not come from a page of ours, or the page was open too long."""
    return public.forged(request) if _with_citizens(request) else web.forged(request, reason)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read."""
    return public.unreadable(request) if _with_citizens(request) else web.unreadable(request, exception)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not for this person."""
    return public.not_found(request) if _with_citizens(request) else web.forbidden(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such thing, or one may not know of it."""
    return public.not_found(request) if _with_citizens(request) else web.not_found(request, exception)


def busy(request: HttpRequest) -> HttpResponse:
    """More is asked than can be done: a page that asks nothing of anything."""
    text = "现在使用的人太多，这一次没有办成，也没有写入。请返回上一页，稍等几秒再试，填写的内容还在。"
    return HttpResponse(
        f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>请稍后再试</title><h1>请稍后再试</h1><p>{text}</p></html>",
        status=503,
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A defect of ours."""
    return public.broken(request) if _with_citizens(request) else web.broken(request)
