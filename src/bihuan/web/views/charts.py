"""Flow charts on a page of their own, to be looked at and printed."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.policy.pack import Pack
from bihuan.subjects.registry import REGISTRY
from bihuan.web.charts import chart_of, charts_of, courses_of, word_for
from bihuan.web.flow import Course
from bihuan.web.standing import signed_in
from bihuan.web.views.regulations import named_pack


@require_safe
@signed_in
def of_regulation(request: HttpRequest, standing: Standing, pack_id: str, word: str) -> HttpResponse:
    """A chart of a regulation."""
    rulebook = named_pack(pack_id, standing)
    links = [(f"/regulations/{pack_id}/charts/{chart.word}/", chart) for chart in charts_of(rulebook)]
    said = {"back": f"/regulations/{pack_id}/", "links": [(url, c.title(rulebook), c.word == word) for url, c in links]}
    return _show(request, rulebook, word, {}, said)


@require_safe
@signed_in
def of_subject(request: HttpRequest, standing: Standing, kind: str, number: str) -> HttpResponse:
    """The chart of a subject, with the way that it walked and what is possible now."""
    known = REGISTRY[kind]
    facts = known.see(number, standing.actor)
    rulebook, courses = pack(facts.pack), courses_of(known, facts, standing)
    word = word_for(known, courses, rulebook, request.GET.get("chart", ""))
    fits = [c for c in charts_of(rulebook) if known.life.table in (c.table, c.branch.table if c.branch else None)]
    links = [(f"{known.page_of(number)}chart/?chart={c.word}", c.title(rulebook), c.word == word) for c in fits]
    said = {"back": known.page_of(number), "number": number, "facts": facts, "links": links}
    return _show(request, rulebook, word, courses, said)


def _show(
    request: HttpRequest, rulebook: Pack, word: str, courses: Mapping[str, Course], said: Mapping[str, object]
) -> HttpResponse:
    chart = chart_of(rulebook, word)
    shown = {
        "title": chart.title(rulebook),
        "citation": chart.citation(rulebook),
        "flow": chart.draw(rulebook, courses),
        "instrument": rulebook.instrument,
        "printed": chart.branch is not None,
    }
    return render(request, "subjects/chart.html", {**shown, **said})
