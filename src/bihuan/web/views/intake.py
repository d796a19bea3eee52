"""Registering a request."""

import hashlib
import json
import uuid
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bihuan.intake import commands as intake
from bihuan.intake.types import Register
from bihuan.kernel.refusal import Refused
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.record.commands import once
from bihuan.record.types import Kept, KeyReused
from bihuan.web.forms import Choices, Filled, Typed, blame, controls, fill_from
from bihuan.web.standing import signed_in

GROUPS = (
    ("诉求", ("title", "content", "appeal_type", "urgency", "place", "place_code", "subject_code", "attachments")),
    ("诉求人", ("anonymous", "name", "phone", "address", "secrecy_requested", "callback_wanted")),
    ("来源", ("channel", "origin_number", "received_at")),
)
"""How the form is laid out; a field that stands nowhere here comes with the first group."""
SENT_TWICE = "这份表单已经登记过，没有重复登记。需要再登记一件的，请核对下面的内容后提交。"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def register(request: HttpRequest, standing: Standing) -> HttpResponseBase:
    """Register a request; the query code is told on the page that follows, and never again."""
    if request.method != "POST":
        return _form(request, standing, Typed(), {})
    filled = fill_from(request, Register, standing)
    if filled.fields is None:
        return _form(request, standing, filled.typed, filled.errors, status=422)
    try:
        number, code = _register_once(request, standing, filled, filled.fields)
    except Refused as refused:
        errors = {**filled.errors, **blame(refused.refusal, Register)}
        citation = pack(standing.jurisdiction.pack).cite(refused.refusal.norm).words
        return _form(request, standing, filled.typed, errors, refused.refusal.reason, citation, status=409)
    except KeyReused:
        return _form(request, standing, filled.typed, {}, SENT_TWICE, status=409)
    return render(request, "cases/registered.html", {"number": number, "code": code, "fields": filled.fields})


def _register_once(
    request: HttpRequest, standing: Standing, filled: Filled[Register], fields: Register
) -> tuple[str, str]:
    """A form that is sent twice registers once and is told the same number."""

    def write() -> Kept:
        done = intake.register(fields=fields, actor=standing.actor, now=standing.now)
        return Kept(201, json.dumps([done.number, done.secret]))

    said = fields.model_dump_json(exclude={"attachments"})
    kept, _ = once(
        account=standing.actor.account,
        key=f"page:{request.POST.get('once', '')[:64] or uuid.uuid4()}",
        request=hashlib.sha256(said.encode()).digest(),
        at=timezone.now(),
        write=write,
    )
    number, code = json.loads(kept.answer)
    return str(number), str(code)


def _form(
    request: HttpRequest,
    standing: Standing,
    typed: Typed,
    errors: Mapping[str, str],
    refusal: str = "",
    citation: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    choices = Choices(standing)
    made = {c.name: c for c in controls(Register, prefix="register", typed=typed, choices=choices, errors=errors)}
    placed = {name for _, names in GROUPS for name in names}
    groups = [(title, [made[name] for name in names if name in made]) for title, names in GROUPS]
    groups[0][1].extend(control for name, control in made.items() if name not in placed)
    said = {
        "groups": groups,
        "once": uuid.uuid4(),
        "form_error": errors.get("", ""),
        "errors": errors,
        "refusal": refusal,
        "citation": citation,
        "channels": choices.channel,
    }
    return render(request, "cases/register.html", said, status=status)
