"""The papers of a determination: 移交认定函, 联合认定意见书, 群众诉求专报."""

from collections.abc import Callable
from datetime import datetime

from bihuan.cases.types import DESK_UNIT, Part
from bihuan.determination import queries
from bihuan.determination.types import STAFFING, DeterminationFacts, ReferralFacts
from bihuan.determination.types.rows import DeterminationView
from bihuan.documents.commands import paper
from bihuan.documents.types.sheets import Determination, Handover, Position, Referral, SpecialReport
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.organisations.queries import today, unit_names
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as load_pack


@carries_out(norms.DETERMINATION_REFER)
def submitted(facts: DeterminationFacts) -> Refusal | None:
    """移交认定函在争议材料移交之后出具。"""
    return None if facts.submitted_at else Refusal("争议材料尚未移交。", norms.DETERMINATION_REFER)


@carries_out(norms.DETERMINATION_OPINION)
def issued(facts: DeterminationFacts) -> Refusal | None:
    """联合认定意见书在机构编制部门出具书面意见之后出具。"""
    return None if facts.issued_at else Refusal("还没有出具书面认定意见。", norms.DETERMINATION_OPINION)


@carries_out(norms.SPECIAL_REPORT)
def reported(facts: DeterminationFacts) -> Refusal | None:
    """专报在受理单位签发之后出具。"""
    return None if facts.report_number else Refusal("没有报送专报。", norms.SPECIAL_REPORT)


@paper(subject="determination", sheet=Referral, by=DESK_UNIT, ask=submitted)
def referral(number: str, actor: Actor, now: datetime) -> Referral:
    """The 移交认定函: the dispute, what each unit holds, what is to be determined."""
    view = queries.view(number, actor, now=now)
    names = _names(view)
    return Referral(
        number=view.facts.case,
        title=view.facts.title,
        issuer=names(Part.DESK),
        recipient="、".join((names(Part.STAFFING), names(Part.JUSTICE))),
        on=today(view.facts.submitted_at or now),
        facts="\n".join(filter(None, (view.background, view.dispute))),
        positions=_positions(view),
        question=view.question,
        evidence=tuple(f"{p.name}证据材料{len(p.attachments)}份" for p in view.positions if p.attachments),
    )


@paper(subject="determination", sheet=Determination, by=STAFFING, ask=issued)
def written_opinion(number: str, actor: Actor, now: datetime) -> Determination:
    """The 联合认定意见书 as the staffing body issued it, under its own number."""
    view = queries.view(number, actor, now=now)
    found, names = view.opinion, _names(view)
    if found is None:
        raise Refused(Refusal("还没有出具书面认定意见。", norms.DETERMINATION_OPINION))
    return Determination(
        number=view.facts.case,
        title=view.facts.title,
        issuer=names(Part.STAFFING),
        recipient=names(Part.DESK),
        on=today(found.issued_at),
        reference=found.number,
        dispute=view.dispute,
        positions=_positions(view),
        law=found.law,
        opinion="\n".join(filter(None, (found.opinion, found.reasonableness))),
        staffing_office=names(Part.STAFFING),
        justice_bureau=names(Part.JUSTICE),
    )


@paper(subject="determination", sheet=SpecialReport, by=DESK_UNIT, ask=reported)
def special_report(number: str, actor: Actor, now: datetime) -> SpecialReport:
    """The 群众诉求专报 as the centre issued it, under its own number."""
    view = queries.view(number, actor, now=now)
    found, names = view.report, _names(view)
    if found is None:
        raise Refused(Refusal("没有报送专报。", norms.SPECIAL_REPORT))
    return SpecialReport(
        number=view.facts.case,
        title=view.facts.title,
        issuer=names(Part.DESK),
        recipient=names(Part.LEADERS),
        on=today(found.at),
        reference=found.number,
        facts=found.background,
        gap=found.gap,
        reasonableness=found.reasonableness,
        suggestion=found.suggestion,
    )


@carries_out(norms.REFUSAL_REFERRED)
def signed(facts: ReferralFacts) -> Refusal | None:
    """移交函在受理单位负责人签发之后出具。"""
    return None if facts.signed_at else Refusal("移交函尚未签发。", norms.REFUSAL_REFERRED)


@paper(subject="referral", sheet=Handover, by=DESK_UNIT, ask=signed)
def handover(number: str, actor: Actor, now: datetime) -> Handover:
    """The 移交函 under the number that the centre gave it, to whom the rule sends it, with its evidence."""
    view = queries.referral_view(number, actor, now=now)
    facts = view.facts
    names = unit_names({*facts.parts.get(Part.DESK, frozenset())})
    return Handover(
        number=facts.case,
        title=facts.title,
        issuer="、".join(names.values()),
        recipient=facts.recipient,
        on=today(facts.signed_at or now),
        reference=view.document_number,
        unit=facts.unit_name,
        designation=view.designation,
        facts=f"{facts.refused_at.astimezone(ZONE):%Y年%m月%d日}，{view.how}。{view.situation}",
        explanation=view.explanation or "该单位在规定时限内没有说明。",
        verified=view.verified,
        basis="\n".join(_clauses(facts.pack)),
        evidence=tuple(f"{e.what}：{e.text}" for e in view.evidence),
        signed_by=f"{view.signer_name}（{view.signer_post}）",
    )


def _clauses(ref: str) -> list[str]:
    """The clauses by which a refusal goes to the discipline body, or to the superior of a unit that the city does not
    lead, as the regulation words them."""
    pack = load_pack(ref)
    cited = (pack.cite(norm) for norm in (norms.REFUSAL_REFERRED, norms.SUPERIOR_BODY) if pack.binds(norm))
    return [one.words for one in cited]


def _names(view: DeterminationView) -> Callable[[Part], str]:
    """How the units are called that take part, asked by part."""
    parts = view.facts.parts
    known = unit_names(unit for units in parts.values() for unit in units)
    return lambda part: "、".join(known.get(unit, unit) for unit in sorted(parts.get(part, frozenset())))


def _positions(view: DeterminationView) -> tuple[Position, ...]:
    """What each unit holds, the last time that it said so."""
    last = {p.unit: p for p in view.positions}
    return tuple(Position(p.name, p.position, p.law) for p in last.values())
