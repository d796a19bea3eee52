"""Pages for what did not work, in plain words."""

import logging
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _

from bihuan.kernel import errand
from bihuan.kernel.refusal import Overtaken, Refused
from bihuan.policy.loader import Unusable, pack
from bihuan.web import drafting
from bihuan.web.standing import standing_of
from bihuan.web.subjects import Said

log = logging.getLogger(__name__)


def _page(request: HttpRequest, status: int, title: str, text: str, **more: Any) -> HttpResponse:
    told = {"status": status, "title": title, "text": text, "errand": errand.NUMBER.get(), **more}
    return render(request, "error.html", told, status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such thing, or one may not know of it."""
    return _page(
        request,
        404,
        _("没有找到"),
        _("没有这个页面，或者它不在您的职务可以查看的范围内。请核对编号；工单只有参与办理的单位可以查看。"),
    )


def refused(request: HttpRequest, error: Refused) -> HttpResponse:
    """An act was refused, and no form was there to say so."""
    standing = standing_of(request)
    ref = error.pack or (standing.jurisdiction.pack if standing else "")
    citation = pack(ref).cite(error.refusal.norm).words if ref else ""
    return _page(request, 409, _("不能这样办"), error.refusal.reason, citation=citation)


def overtaken(request: HttpRequest, error: Overtaken) -> HttpResponse:
    """Something happened first."""
    return _page(request, 409, _("已有新情况"), str(error))


def taken_away(request: HttpRequest, number: str, said: Sequence[Said]) -> HttpResponse:
    """The subject was taken from the unit while somebody wrote: nothing of it is told; what they wrote is theirs."""
    text = _("%(number)s刚刚被收回或者转出，不再由您的单位办理，刚才的没有提交。") % {"number": number}
    return _page(request, 409, _("已不由您的单位办理"), text, said=said)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form does not come from a page of ours, or the page was open too long."""
    if mark := drafting.keep(request):
        text = _("刚才的没有提交。您填写的内容已保留，回到表单核对后再提交一次。")
        return _page(request, 403, _("页面已过期"), text, back=mark.url)
    return _page(
        request,
        403,
        _("页面已过期"),
        _("为防止冒用，表单须从本系统打开的页面提交。请返回上一页刷新后再提交；如仍不行，请重新登录。"),
    )


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What was sent cannot be read."""
    return _page(request, 400, _("无法读取"), _("提交的内容无法读取，请返回上一页检查后再提交。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not for this person."""
    return _page(request, 403, _("无权查看"), _("您的职务不能查看这个页面。"))


def unusable(request: HttpRequest, error: Unusable) -> HttpResponse:
    """The regulation of this place cannot be worked under: a page that asks nothing of it."""
    log.error("%s", str(error))
    if request.path_info.startswith("/p/"):
        return bare(503, "暂时不能使用", "本网站暂时不能提交和查询，我们正在处理。着急的请拨打12345。")
    text = (
        f"本地的规则文件（{error.ref}）有错误，改正以前不能查看和办理，数据没有受影响。"
        "请联系系统管理员：运行 bihuan doctor 可以看到是哪个文件、哪一行、哪一条。"
    )
    return bare(503, "规则文件有错误", text)


def bare(status: int, title: str, text: str) -> HttpResponse:
    """A page that needs no database, no template and no regulation."""
    return HttpResponse(
        f'<!doctype html><html lang="zh-Hans"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(text)}</p></html>",
        status=status,
    )


def broken(request: HttpRequest) -> HttpResponse:
    """A defect of ours: a page that asks nothing of anything."""
    told = {"nonce": getattr(request, "csp_nonce", ""), "errand": errand.NUMBER.get()}
    return HttpResponse(render_to_string("broken.html", told), status=500)
