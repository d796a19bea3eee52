"""The papers of joint handling: request, filing and report to the district; 附件2 of a linkage, 附件3 of a whistle."""

from datetime import datetime
from typing import Any

from bihuan.cases.types import DESK_UNIT, Part
from bihuan.dispatch.types import UnitFollowUp
from bihuan.documents.commands import paper
from bihuan.documents.filling import last, must, said
from bihuan.documents.types.sheets import Difficulty, Filing, Graded, LinkageForm, LinkageRequest, WhistleForm
from bihuan.joint import queries
from bihuan.joint.rules import FILLED
from bihuan.joint.types import LEAD_HEAD, LEAD_SIGNER, LEAD_UNIT, TOWN_HEAD, TOWN_SIGNER, JointFacts, Kind, Stage
from bihuan.joint.types.happenings import CallRecorded, FiledBySystem, FilingAcknowledged, JointBegun
from bihuan.joint.types.rows import FormRow, JointView
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal, Refused, Unknown
from bihuan.kernel.stages import Role
from bihuan.organisations.queries import today, unit_names
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.names import put
from bihuan.record import queries as record


@carries_out(norms.LINKAGE_REQUEST)
def begun(facts: JointFacts) -> Refusal | None:
    """联动要求函向参加办理的单位发出。"""
    return None if facts.present else Refusal("没有参加办理的单位，没有可以发函的对象。", norms.LINKAGE_REQUEST)


@carries_out(norms.LINKAGE_FILING)
def filed(facts: JointFacts) -> Refusal | None:
    """报备记录在向平台报备之后出具。"""
    return None if facts.filed_at else Refusal("尚未向平台报备。", norms.LINKAGE_FILING)


@carries_out(norms.LINKAGE_REPORT)
def reported(facts: JointFacts) -> Refusal | None:
    """情况汇报在主要负责人向领导机关汇报之后出具。"""
    if facts.parts.get(Part.LEADERS):
        return None
    return Refusal("⟨head⟩尚未向⟨leadership⟩汇报困难。", norms.LINKAGE_REPORT)


@carries_out(norms.LINKAGE_FORM)
def concluded(facts: JointFacts) -> Refusal | None:
    """备案表在联合办理结束、填写之后出具；规定不要备案表的没有。"""
    if not load_pack(facts.pack).binds(FILLED[facts.kind]):
        return Refusal("本地规定没有备案表。", None)
    return None if facts.concluded_at else Refusal("联合办理尚未结束，没有备案表。", norms.LINKAGE_FORM)


def issuers_of_form(facts: JointFacts) -> tuple[Role, ...]:
    """备案表审签之前由牵头单位出具，供签字；审签之后由审签人出具。"""
    if facts.stage is not Stage.SIGNED:
        return (LEAD_UNIT,)
    return (LEAD_SIGNER,) if facts.kind is Kind.LINKAGE else (TOWN_SIGNER,)


@paper(subject="linkage", sheet=LinkageRequest, by=LEAD_UNIT, ask=begun)
def request(number: str, actor: Actor, now: datetime) -> LinkageRequest:
    """The 联动要求函 to the units that take part now; what is asked of each where it is not the same."""
    view = queries.view(number, actor, now=now, kind=Kind.LINKAGE)
    there = view.facts.present
    same = len({(m.task, m.due_at) for m in there}) == 1
    lines = (f"{m.name}：{m.task or view.task}" for m in there)
    return LinkageRequest(
        number=view.facts.case,
        title=view.facts.title,
        issuer=_initiator(view),
        recipient="、".join(m.name for m in there),
        on=today(view.facts.started_at),
        task=(there[0].task or view.task) if same else "\n".join(lines),
        due_at=max(m.due_at for m in there),
    )


@paper(subject="linkage", sheet=Filing, by=DESK_UNIT, ask=filed)
def linkage_filing(number: str, actor: Actor, now: datetime) -> Filing:
    """The 报备记录 of a linkage."""
    return _filing(queries.view(number, actor, now=now, kind=Kind.LINKAGE))


@paper(subject="whistle", sheet=Filing, by=DESK_UNIT, ask=filed)
def whistle_filing(number: str, actor: Actor, now: datetime) -> Filing:
    """The 报备记录 of a whistle."""
    return _filing(queries.view(number, actor, now=now, kind=Kind.WHISTLE))


def _filing(view: JointView) -> Filing:
    facts, events = view.facts, record.events(view.facts.subject)
    told = must(last(events, JointBegun.kind, FiledBySystem.kind), norms.LINKAGE_FILING)
    call = last(events, CallRecorded.kind)
    noted = last(events, FilingAcknowledged.kind) or call
    return Filing(
        number=facts.case,
        title=facts.title,
        mechanism=facts.whistle_type.label if facts.whistle_type else facts.kind.label,
        initiator=_initiator(view),
        units=tuple(m.name for m in facts.present),
        task=view.task,
        method=facts.filing.label if facts.filing else "",
        filed_at=facts.filed_at or told.at,
        filed_by=said(call, "caller") or told.name,
        note=said(call, "note"),
        acknowledged_by=noted.name if noted else "",
        acknowledged_at=facts.acknowledged_at,
        opinion=said(noted, "opinion"),
    )


@paper(subject="linkage", sheet=Difficulty, by=LEAD_HEAD, ask=reported)
def linkage_difficulty(number: str, actor: Actor, now: datetime) -> Difficulty:
    """The 情况汇报 of a linkage that went to the district last."""
    return _difficulty(queries.view(number, actor, now=now, kind=Kind.LINKAGE))


@paper(subject="whistle", sheet=Difficulty, by=TOWN_HEAD, ask=reported)
def whistle_difficulty(number: str, actor: Actor, now: datetime) -> Difficulty:
    """The 情况汇报 of a whistle that went to the district last."""
    return _difficulty(queries.view(number, actor, now=now, kind=Kind.WHISTLE))


def _difficulty(view: JointView) -> Difficulty:
    facts = view.facts
    if not view.reports:
        raise Refused(Refusal("⟨head⟩尚未向⟨leadership⟩汇报困难。", norms.LINKAGE_REPORT))
    report = view.reports[0]
    bodies = [p.name for p in view.participants if p.part == Part.LEADERS and p.until is None]
    lead = _initiator(view)
    return Difficulty(
        number=facts.case,
        title=facts.title,
        issuer=lead,
        recipient="、".join(bodies) or put("⟨leadership⟩", load_pack(facts.pack)),
        on=today(report.at),
        lead=lead,
        co_units=tuple(m.name for m in facts.present),
        handling="\n".join([view.summary, *(f"{m.name}：{m.result}" for m in facts.present if m.result)]).strip(),
        difficulty=report.difficulty,
        request=report.request,
        head=report.signer_name,
    )


@paper(
    subject="linkage",
    sheet=LinkageForm,
    by=(LEAD_UNIT, LEAD_SIGNER),
    choice=issuers_of_form,
    ask=concluded,
)
def linkage_form(number: str, actor: Actor, now: datetime) -> LinkageForm:
    """附件2 as it was filled in, signed or still to be signed."""
    return LinkageForm(**_form(number, actor, Kind.LINKAGE))


@paper(
    subject="whistle",
    sheet=WhistleForm,
    by=(LEAD_UNIT, TOWN_SIGNER),
    choice=issuers_of_form,
    ask=concluded,
)
def whistle_form(number: str, actor: Actor, now: datetime) -> WhistleForm:
    """附件3 as it was filled in, signed or still to be signed."""
    return WhistleForm(**_form(number, actor, Kind.WHISTLE))


def _form(number: str, actor: Actor, kind: Kind) -> dict[str, Any]:
    """What stands in the form; a whistle's also says its type."""
    queries.visible_facts(number, actor, kind=kind)
    try:
        form = queries.form(number, actor, kind=kind)
    except Unknown:
        raise Refused(Refusal("备案表尚未填写。", norms.LINKAGE_FORM)) from None
    return {
        "matter": form.matter,
        "lead": form.initiator_name,
        "grades": _grades(form),
        "result": form.result,
        "follow_up": UnitFollowUp(form.follow_up).label if form.follow_up else "",
        "from_at": form.from_at,
        "to_at": form.to_at,
        "signed_by": form.signer_name,
        "signed_at": form.signed_at,
        "absence": form.absence,
        **({"whistle_type": form.whistle_type.label} if form.whistle_type else {}),
    }


def _grades(form: FormRow) -> tuple[Graded, ...]:
    return tuple(Graded(row.name, row.grade.label if row.grade else "", row.reason) for row in form.grades)


def _initiator(view: JointView) -> str:
    unit = view.facts.initiator
    names = {p.unit: p.name for p in view.participants}
    return names.get(unit) or unit_names([unit]).get(unit, unit)
