"""Pages of personal data: who looked, and what of a case's is corrected or erased."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.access import queries as access
from bihuan.access.types import Power
from bihuan.cases import queries as cases
from bihuan.cases.types import at_work
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import NewPowerRow, Standing, powers
from bihuan.policy.loader import pack
from bihuan.privacy import commands
from bihuan.privacy.types import AskLooks, Correct, Erase
from bihuan.record.types import Done
from bihuan.requesters import queries as requesters
from bihuan.requesters.types import TEXTS, LookRow
from bihuan.web.forms import Choices, Filled, Typed, blame, controls, fill, typed_in
from bihuan.web.here import sent_only
from bihuan.web.standing import signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def looks(request: HttpRequest, standing: Standing) -> HttpResponse:
    """Who looked at personal data; asking takes a purpose and is recorded, so that nothing is shown to a mere GET."""
    if refusal := access.barred(Power.AUDIT, standing.actor, standing.jurisdiction):
        raise Refused(refusal)
    if request.method != "POST":
        return _looks(request, standing, Filled(typed_in(request.GET), None, {}))
    filled = fill(AskLooks, Typed(typed_in(request.POST).values, posted=True))
    if filled.fields is None:
        return _looks(request, standing, filled, status=422)
    found = commands.audit_looks(
        fields=filled.fields,
        actor=standing.actor,
        rulebook=pack(standing.jurisdiction.pack),
        now=standing.now,
        ip=request.META.get("REMOTE_ADDR", ""),
    )
    return _looks(request, standing, filled, found)


def _looks(
    request: HttpRequest,
    standing: Standing,
    filled: Filled[AskLooks],
    found: tuple[LookRow, ...] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    choices = Choices(standing)
    said: dict[str, Any] = {
        "controls": controls(AskLooks, prefix="looks", typed=filled.typed, choices=choices, errors=filled.errors),
        "asked": found is not None,
        "powers": _new_powers(standing),
        "waived": standing.jurisdiction.training,
    }
    if found:
        seen = cases.briefs({row.subject.partition(":")[2] for row in found}, standing.actor)
        names = organisations.unit_names({row.unit for row in found})
        posts = pack(standing.jurisdiction.pack).posts
        said["rows"] = [
            {
                "look": row,
                "number": row.subject.partition(":")[2] if row.requester is not None else "",
                "visible": row.subject.partition(":")[2] in seen,
                "unit": names.get(row.unit, row.unit),
                "post": posts[row.post].label if row.post in posts else row.post,
                "shown": "、".join(TEXTS[name] for name in row.fields if name in TEXTS),
            }
            for row in found
        ]
    return render(request, "privacy/looks.html", said, status=status)


def _new_powers(standing: Standing) -> list[tuple[NewPowerRow, str, str]]:
    """Who was given a power of late, with what the post is called and what it lets one do."""
    posts = pack(standing.jurisdiction.pack).posts
    found = organisations.new_powers(standing.jurisdiction.code, now=standing.now)
    return [
        (
            row,
            posts[row.post].label if row.post in posts else row.post,
            "、".join(power.label for power in Power if power in powers([row.post])),
        )
        for row in found
    ]


@dataclass(frozen=True, slots=True)
class Doing:
    """What may be done to the personal data of a case: its form, the power that it takes, and the command."""

    form: type[Fields]
    power: Power
    run: Callable[..., Done]


DOINGS = {
    "correct": Doing(Correct, Power.UNMASK, commands.correct),
    "erase": Doing(Erase, Power.ERASE, commands.erase),
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody tried, and why it did not succeed."""

    word: str = ""
    typed: Typed = field(default_factory=Typed)
    errors: dict[str, str] = field(default_factory=dict)
    trouble: str = ""
    citation: str = ""


@require_safe
@signed_in
def of_case(request: HttpRequest, standing: Standing, number: str) -> HttpResponse:
    """What is kept of a case's requester, who looked at it, and what may be done about it."""
    return _of_case(request, standing, number, Tried())


@sent_only
@signed_in
def do(request: HttpRequest, standing: Standing, number: str, word: str) -> HttpResponseBase:
    """Correct or erase; where it does not succeed the page says why and keeps what was typed."""
    doing = DOINGS.get(word)
    if doing is None:
        raise Unknown(word)
    filled = fill(doing.form, Typed(typed_in(request.POST).values, posted=True))
    if filled.fields is None:
        return _of_case(request, standing, number, Tried(word, filled.typed, dict(filled.errors)), status=422)
    try:
        done = doing.run(number=number, fields=filled.fields, actor=standing.actor, now=standing.now)
    except Refused as refused:
        said = refused.refusal
        cited = pack(refused.pack or standing.jurisdiction.pack).cite(said.norm).words
        tried = Tried(word, filled.typed, blame(refused.all, doing.form), said.reason, cited)
        return _of_case(request, standing, number, tried, status=409)
    messages.success(request, f"{number}：{done.sentence}。")
    return redirect(f"/cases/{number}/privacy/")


def _of_case(request: HttpRequest, standing: Standing, number: str, tried: Tried, *, status: int = 200) -> HttpResponse:
    case = cases.visible_facts(number, standing.actor)
    units = at_work(case.parts)
    choices = Choices(standing)
    requester = requesters.masked([case.requester]).get(case.requester) if case.requester else None
    unknown = requesters.barred(standing.actor, requester, case.confidants)
    doings = {
        word: {
            "barred": access.barred(doing.power, standing.actor, standing.jurisdiction, units=units)
            or (unknown if doing.power is Power.UNMASK else None),
            "controls": controls(
                doing.form,
                prefix=word,
                typed=tried.typed if tried.word == word else Typed(),
                choices=choices,
                errors=tried.errors if tried.word == word else {},
            ),
        }
        for word, doing in DOINGS.items()
    }
    said = {
        "case": case,
        "requester": requester,
        "looks": requesters.looks(case.subject),
        "tried": tried,
        **doings,
    }
    return render(request, "privacy/case.html", said, status=status)
