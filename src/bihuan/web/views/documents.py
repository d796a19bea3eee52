"""The documents of a subject: draw one up, see how far the files are."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bihuan.documents import commands, queries
from bihuan.documents.types import Issued
from bihuan.kernel.refusal import Refused
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.subjects.registry import REGISTRY
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in
from bihuan.web.subjects import papers_of


@require_safe
@signed_in
def of(request: HttpRequest, standing: Standing, kind: str, number: str) -> HttpResponse:
    """The documents of a subject alone, for a page that waits for a file."""
    known = REGISTRY[kind]
    facts = known.see(number, standing.actor)
    drawn = queries.of(known.word, number)
    said = {"papers": papers_of(known, facts, drawn, standing.actor), "kind": known, "facts": facts}
    return render(request, "subjects/_documents.html", said)


@sent_only
@signed_in
def draw_up(request: HttpRequest, standing: Standing, kind: str, number: str, code: str) -> HttpResponseBase:
    """Draw up a document and go back to the subject, where its files will be found."""
    return _ask(request, standing, kind, number, partial(commands.issue, code=code))


@sent_only
@signed_in
def try_again(request: HttpRequest, standing: Standing, kind: str, number: str, id: int) -> HttpResponseBase:
    """Have the files of a document made that could not be made before."""
    return _ask(request, standing, kind, number, partial(commands.try_again, document=id))


def _ask(
    request: HttpRequest, standing: Standing, kind: str, number: str, do: Callable[..., object]
) -> HttpResponseBase:
    sort = REGISTRY[kind]
    facts = sort.see(number, standing.actor)
    try:
        done = do(subject_kind=sort.word, facts=facts, actor=standing.actor, now=standing.now)
    except Refused as refused:
        cited = pack(facts.pack).cite(refused.refusal.norm).words
        messages.error(request, f"{refused.refusal.reason}（{cited}）")
    else:
        known = isinstance(done, Issued) and not done.new
        same, made = _("内容没有变化，仍是已经出具的那一份，没有另行编号。"), _("文书正在生成，稍候即可下载。")
        messages.success(request, same if known else made)
    return redirect(f"{sort.page_of(number)}#documents")
