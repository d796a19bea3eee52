"""Lists: the units, the regulations, and single files."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from bihuan.attachments import queries as attachments
from bihuan.attachments.types import AttachmentRef
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing, UnitFacts
from bihuan.policy import norms
from bihuan.policy.limits import LimitName
from bihuan.policy.loader import all_packs, pack
from bihuan.policy.pack import Pack
from bihuan.web.kinds import kind_of
from bihuan.web.standing import signed_in


@require_safe
@signed_in
def regulation(request: HttpRequest, standing: Standing, pack_id: str = "") -> HttpResponseBase:
    """The clauses of a regulation, with the norms that carry each out."""
    if not pack_id:
        return redirect(f"/regulations/{pack(standing.jurisdiction.pack).id}/")
    found = next((p for p in all_packs() if p.id == pack_id), None)
    if found is None:
        raise Unknown(pack_id)
    said = {"pack": found, "clauses": _clauses(found), "defaults": _defaults(found), "limits": _limits(found)}
    return render(request, "regulations/page.html", said)


def _clauses(found: Pack) -> list[dict[str, object]]:
    return [
        {
            "clause": clause,
            "norms": [norms.norm(name) for name in (*clause.norms, *clause.also)],
        }
        for clause in found.clauses.values()
    ]


def _defaults(found: Pack) -> list[dict[str, object]]:
    """Norms that no clause commands: what stands behind them is a basis of their own."""
    return [{"norm": norms.norm(b.norm), "basis": b.basis} for b in found.bindings.values() if b.clause is None]


def _limits(found: Pack) -> list[dict[str, object]]:
    return [
        {
            "label": LimitName(rule.name).label,
            "rule": rule,
            "for": "、".join(word for word in (rule.urgency, rule.appeal_type, rule.channel) if word),
            "source": found.source(rule),
        }
        for rules in found.limits.values()
        for rule in rules
    ]


@require_safe
@signed_in
def units(request: HttpRequest, standing: Standing) -> HttpResponse:
    """The units of the jurisdiction with their posts and who holds them."""
    rulebook = pack(standing.jurisdiction.pack)
    found = organisations.units(standing.jurisdiction.code)
    held: dict[str, dict[str, list[str]]] = {}
    for row in organisations.holders([u.code for u in found], standing.now):
        post = rulebook.posts[row.post].label if row.post in rulebook.posts else row.post
        held.setdefault(row.unit, {}).setdefault(post, []).append(f"{row.name}（代）" if row.acting else row.name)
    types = {code: kind.label for code, kind in rulebook.unit_types.items()}
    rows = [{"unit": u, "type": types.get(u.type, u.type), "posts": held.get(u.code, {})} for u in _as_tree(found)]
    said = {"rows": rows, "own": standing.actor.units, "names": {u.code: u.name for u in found}}
    return render(request, "units/page.html", said)


def _as_tree(found: tuple[UnitFacts, ...]) -> list[UnitFacts]:
    """Parents before their children."""
    below: dict[str | None, list[UnitFacts]] = {}
    for unit in found:
        below.setdefault(unit.parent, []).append(unit)
    ordered: list[UnitFacts] = []
    waiting = list(reversed(below.get(None, [])))
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        waiting.extend(reversed(below.get(unit.code, [])))
    return ordered


@require_safe
@signed_in
def attachment(request: HttpRequest, standing: Standing, id: int) -> HttpResponseBase:
    """One file, for those who may see what it belongs to."""
    _must_see_file(attachments.find(id), standing)
    found, file = attachments.open(id)
    picture = found.mime.startswith("image/")
    response = FileResponse(file, as_attachment=not picture, filename=found.name, content_type=found.mime)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _must_see_file(found: AttachmentRef, standing: Standing) -> None:
    if found.subject_kind and found.subject_number:
        kind_of(found.subject_kind).facts(found.subject_number, standing.actor)
    elif found.uploaded_by != standing.actor.account:
        raise Unknown(str(found.id))
