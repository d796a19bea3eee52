"""What did not work is told on a page of the side where it happened: the citizens' or the officials'."""

import random
import sys

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from bihuan.api import problems
from bihuan.api.problems import Problem, answer
from bihuan.public import errors as public
from bihuan.public.views.unsent import unsent
from bihuan.record.room import WORDS, lacks_room
from bihuan.web.views import errors as web

COME_BACK = range(1, 5)
"""Seconds."""


def _with_citizens(request: HttpRequest) -> bool:
    return request.path_info.startswith("/p/")


def forged(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The form does not come from a page of ours, or the page was open too long."""
    return unsent(request) if _with_citizens(request) else web.forged(request, reason)


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
    return web.bare(503, "请稍后再试", text)


def come_back(request: HttpRequest) -> HttpResponse:
    """The same, with the seconds after which it may succeed; drawn, or all who were sent away would return together."""
    seconds = random.choice(COME_BACK)  # noqa: S311  nobody gains by guessing it
    if request.path_info.startswith("/api/"):
        response = answer(problems.busy("同时办理的请求太多，本次请求没有写入，请稍后重试。", seconds))
    else:
        response = busy(request)
        response.headers["Retry-After"] = str(seconds)
    return _closed(response)


def slow(request: HttpRequest) -> HttpResponse:
    """What was sent did not come in."""
    words = "提交的内容没有在规定时间内传完，没有写入。请检查网络后再试。"
    if request.path_info.startswith("/api/"):
        return _closed(answer(Problem(408, "slow", "传输太慢", words)))
    return _closed(web.bare(408, "没有传完", words))


def too_large(request: HttpRequest) -> HttpResponse:
    """More than the page takes."""
    if _with_citizens(request):
        return _closed(public.too_large(request))
    return _closed(web.bare(413, "提交的内容太大", "提交的内容超过上限，没有写入。请返回上一页，减少附件后再提交。"))


def _closed(response: HttpResponse) -> HttpResponse:
    """The end of what is said, so that it is not sent in pieces."""
    response.headers["Content-Length"] = str(len(response.content))
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """A defect of ours, or a full disk: Django calls this while it handles what went wrong."""
    if lacks_room(sys.exc_info()[1]):
        return web.bare(507, "暂时不能写入", WORDS)
    return public.broken(request) if _with_citizens(request) else web.broken(request)
