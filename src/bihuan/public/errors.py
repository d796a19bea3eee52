"""Pages for what did not work, as a citizen reads them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bihuan.floodgate.types import TooMany


def _page(request: HttpRequest, status: int, title: str, text: str, **more: Any) -> HttpResponse:
    return render(request, "public/error.html", {"title": title, "text": text, **more}, status=status)


def not_found(request: HttpRequest) -> HttpResponse:
    """There is no such page."""
    return _page(request, 404, _("没有这个页面"), _("请核对网址，或从首页重新进入。"))


def refused(request: HttpRequest, reason: str, citation: str) -> HttpResponse:
    """The regulation does not allow it."""
    return _page(request, 409, _("现在不能这样办"), reason, citation=citation)


def forged(request: HttpRequest) -> HttpResponse:
    """The form does not come from a page of ours, or cookies are off, and there is nothing in it to be given back."""
    return _page(request, 403, _("页面已过期"), _("没有办成。请从首页重新进入后再办，并允许浏览器使用 Cookie。"))


def unreadable(request: HttpRequest) -> HttpResponse:
    """What was sent cannot be read."""
    return _page(request, 400, _("无法读取"), _("提交的内容无法读取，请返回上一页检查后再提交。"))


def too_large(request: HttpRequest) -> HttpResponse:
    """More bytes than a form may have."""
    return _page(
        request, 413, _("文件太大"), _("照片或视频加起来太大，没有上传。请减少几张后再提交，或拨打12345反映。")
    )


def too_many(request: HttpRequest, flood: TooMany) -> HttpResponse:
    """More requests than a network may make."""
    response = _page(request, 429, _("提交得太多了"), wait(flood))
    response.headers["Retry-After"] = str(flood.seconds)
    return response


def wait(flood: TooMany) -> str:
    """When to try again."""
    minutes = -(-flood.seconds // 60)
    said = ngettext("请在%(n)d分钟后再试。着急的请拨打12345。", "请在%(n)d分钟后再试。着急的请拨打12345。", minutes)
    return _("来自您所在网络的提交太多，为防止滥用暂停一会儿。") + said % {"n": minutes}


def broken(request: HttpRequest) -> HttpResponse:
    """A defect of ours: a page that asks nothing of anything."""
    text = "系统出了故障，没有办成。请稍后再试；着急的请拨打12345。"
    return HttpResponse(
        f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>出了故障</title><h1>出了故障</h1><p>{text}</p></html>",
        status=500,
    )
