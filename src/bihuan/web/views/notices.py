"""通知: one's own notices by group, and that they were read."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_safe

from bihuan.notices import commands, queries
from bihuan.notices.types import Group, NoticeRow
from bihuan.organisations.types import Standing
from bihuan.subjects.registry import REGISTRY
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in

SIZE = 50
LABELS = REGISTRY.duty_labels
MOST_DIGITS = 18
WHY = {
    Group.OPENED: gettext_noop("您任职的岗位产生了新任务"),
    Group.FALLS_DUE: gettext_noop("您的岗位、分管的工作或者单位有任务临近到期"),
    Group.FELL_DUE: gettext_noop("您的岗位或者单位有任务没有按时完成"),
}
"""Why somebody gets a notice."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice with what its reader may see of its subject: number, title and page."""

    notice: NoticeRow
    duty: str
    number: str
    title: str
    url: str


@require_safe
@signed_in
def page(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The newest first, of one group or of all."""
    group = request.GET.get("group", "")
    group = group if group in set(Group) else ""
    rows = queries.listed(standing.actor, group=group, before=_number(request.GET.get("before", "")), limit=SIZE + 1)
    shown = rows[:SIZE]
    unread = queries.unread_by_group(standing.actor)
    said = {
        "rows": list(_shown(shown, standing)),
        "group": group,
        "why": {group: gettext(words) for group, words in WHY.items()},
        "groups": [(one, unread.get(one, 0)) for one in Group],
        "unread": sum(unread.values()),
        "onward": shown[-1].id if len(rows) > SIZE else None,
    }
    return render(request, "notices/page.html", said)


@require_safe
@signed_in
def count(request: HttpRequest, standing: Standing) -> HttpResponse:
    """How many are unread, for the bell on every page."""
    return render(request, "notices/_count.html", {"unread": queries.unread(standing.actor)})


@sent_only
@signed_in
def read(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """One was read, or all were."""
    ids = [id for id in map(_number, request.POST.getlist("id")[:SIZE]) if id is not None]
    if ids or "all" in request.POST:
        commands.mark_read(ids=ids or None, actor=standing.actor, now=standing.now)
    return redirect("/notices/")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def _shown(rows: Iterable[NoticeRow], standing: Standing) -> Iterable[Shown]:
    named = [(row, *row.subject.partition(":")[::2]) for row in rows]
    briefs = {
        kind.word: kind.briefs([number for _, word, number in named if word == kind.word], standing.actor)
        for kind in REGISTRY
        if any(word == kind.word for _, word, _ in named)
    }
    for row, word, number in named:
        brief = briefs.get(word, {}).get(number)
        url = REGISTRY[word].page_of(number) if brief else ""
        yield Shown(row, LABELS.get(row.duty, row.duty), number, brief.title if brief else "", url)
