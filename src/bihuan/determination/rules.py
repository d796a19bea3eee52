"""Rules of determinations and referrals."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime

from bihuan.cases.types import CaseFacts, DutyKind, Part
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination.types import (
    BODIES,
    Act,
    DeterminationFacts,
    Outcome,
    ReferralDuty,
    ReferralFacts,
    Stage,
)
from bihuan.dispatch.rules import barred
from bihuan.kernel.actor import CONSOLE, Actor
from bihuan.kernel.needs import Allowed, Need, Needs
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.kernel.stages import StageTable
from bihuan.organisations.rules import may_take_work
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import told, untimely
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import Capacity, Pack

DISPUTED = (CaseStage.TRIAGE, CaseStage.RETURN_REVIEW, CaseStage.HANDLING)
"""Where a case can be handed over for determination."""
MAY_BECOME_DISPUTED = (*DISPUTED, CaseStage.DISPATCHED, CaseStage.AWAITING, CaseStage.HUNG, CaseStage.DECLINE_REVIEW)
"""From where it can come there again, so that what was prepared is not lost."""
WAITS = (CaseStage.ADJUDICATING, CaseStage.ESCALATED)
"""Where a case waits for what is determined."""


def _can(unit: UnitFacts, capacity: str, pack: Pack) -> bool:
    return pack.can(unit.type, capacity)


@carries_out(norms.DETERMINATION_OPINION, norms.DETERMINATION_POSITIONS)
def may_determine(
    file: DeterminationFacts, unit: str, *, due_at: datetime | None, unheard_because: str, now: datetime, pack: Pack
) -> Refusal | None:
    """只能认定争议单位为承办主体，且已听取其意见；时限已过仍未说明的写明原因。`due_at`：该单位说明意见的时限。
    规定不要求争议单位说明意见的，不限于争议单位。"""
    if not pack.binds(norms.DETERMINATION_POSITIONS):
        return None
    norm = norms.DETERMINATION_OPINION
    if unit not in file.parts.get(Part.PARTY, frozenset()):
        reason = "该单位不是争议单位，没有听取过意见：请先由受理单位增加为争议单位。"
        return Refusal(reason, norm, field="unit")
    if unit in file.stated:
        return None
    if due_at is not None and now <= due_at:
        words = f"{told(due_at)}"
        return Refusal(f"该单位还没有说明意见，说明意见的时限到{words}，届时再出具。", norm, field="unit")
    if not unheard_because:
        return Refusal("该单位没有说明意见，请写明原因。", norm, field="unheard_because")
    return None


@carries_out(norms.DETERMINATION_JOINT, norms.DETERMINATION_OPINION)
def may_differ(
    outcome: Outcome, unit: str, *, opinions: Mapping[str, tuple[str, str]], differs_because: str
) -> Refusal | None:
    """书面认定意见出自联合认定：与会商意见不一致的写明理由。`opinions`：各家名称及其意见、应承办的单位。"""
    others = told_dissent(outcome, unit, opinions=opinions)
    if others and not differs_because:
        reason = f"与{others}的会商意见不一致，请写明理由。"
        return Refusal(reason, norms.DETERMINATION_JOINT, field="differs_because")
    return None


def told_dissent(outcome: Outcome, unit: str, *, opinions: Mapping[str, tuple[str, str]]) -> str:
    """Which of the two bodies held something else than what is issued; nothing where both held the same."""
    return "、".join(name for name, held in opinions.items() if held != (str(outcome), unit))


@carries_out(norms.DETERMINATION_REFER)
def may_open(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """一件工单同时只有一项责任主体认定。"""
    return may_begin(standing="" if DutyKind.DETERMINATION not in case.duties else "见下")


@carries_out(norms.DETERMINATION_REFER, norms.DETERMINATION_REQUEST)
def may_begin(*, standing: str) -> Refusal | None:
    """已有一项责任主体认定的，不另行提请。"""
    if standing:
        return Refusal(f"本件已有一项责任主体认定（{standing}）。", norms.DETERMINATION_REFER)
    return None


@carries_out(
    norms.DETERMINATION_REQUEST,
    norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD,
    norms.RETURN_BARRED_FOR_DESIGNATED_LEAD,
)
def may_request(
    case: CaseFacts, actor: Actor, now: datetime, pack: Pack, *, determined: bool = False
) -> Refusal | None:
    """首接单位、吹哨主体可以请求认定；经认定、被指定的单位要主动承担。"""
    if bar := barred(case, pack, determined=determined):
        return Refusal(f"本单位是{bar.lead}，要主动承担，不得推脱，不得再请求认定。", bar.norm, evidence=True)
    return may_open(case, actor, now, pack)


def parties(file: DeterminationFacts, actor: Actor, pack: Pack) -> Allowed:
    """Who can be found to be responsible: the units that were heard, where any are."""
    if not pack.binds(norms.DETERMINATION_POSITIONS):
        return {}
    there = file.parts.get(Part.PARTY, frozenset())
    return {"unit": lambda unit: unit.code in there}


def further_parties(file: DeterminationFacts, actor: Actor, pack: Pack) -> Allowed:
    """Whom the centre may hear besides."""
    there, desk = file.parts.get(Part.PARTY, frozenset()), next(iter(file.parts.get(Part.DESK, ())), "")
    return {"parties": lambda unit: may_be_party(unit, desk=desk, there=there, pack=pack) is None}


def asked_of_request(case: CaseFacts, pack: Pack) -> Needs:
    """What a unit says with its request: what it holds, and why."""
    return {
        "position": (Need("请写明本单位意见。", norms.DETERMINATION_POSITIONS),),
        "law": (Need("请写明依据：法律法规条款、三定规定、权责清单条目。", norms.DETERMINATION_POSITIONS),),
    }


def asked_of_opinion(file: DeterminationFacts, pack: Pack) -> Needs:
    """What an opinion that somebody is responsible names."""
    names = tuple(str(outcome) for outcome in Outcome if outcome != Outcome.GAP)
    return {"unit": (Need(WHOSE, norms.DETERMINATION_JOINT, when={"outcome": names}),)}


WHOSE = "请填写应承办的单位。"


@carries_out(norms.DETERMINATION_POSITIONS)
def may_be_party(unit: UnitFacts | None, *, desk: str, there: Collection[str], pack: Pack) -> Refusal | None:
    """争议单位须是已启用、责任人在任的其他承办单位。"""
    if unit is None or not _can(unit, Capacity.HANDLING, pack) or unit.code == desk:
        return Refusal("没有这个承办单位。", None, field="parties")
    if unit.code in there:
        return Refusal(f"{unit.name}已经是争议单位。", norms.DETERMINATION_POSITIONS, field="parties")
    if not unit.active:
        return Refusal(f"{unit.name}尚未启用（责任人未明确）。", norms.DETERMINATION_POSITIONS, field="parties")
    return may_take_work(unit, pack, field="parties")


@carries_out(norms.DETERMINATION_POSITIONS)
def may_suggest(unit: UnitFacts | None, *, desk: str, pack: Pack) -> Refusal | None:
    """建议的承办单位须是承办单位。"""
    if unit is None or not _can(unit, Capacity.HANDLING, pack) or unit.code == desk:
        return Refusal("没有这个承办单位。", None, field="suggested_unit")
    return None


def bodies_of(units: Iterable[UnitFacts], pack: Pack) -> Mapping[str, UnitFacts]:
    """The staffing and justice bodies among the units, by the part that they take."""
    found: dict[str, UnitFacts] = {}
    for unit in units:
        kind = pack.unit_types.get(unit.type)
        for part in BODIES:
            if kind is not None and kind.serves(part.capacity):
                found.setdefault(part, unit)
    return found


@carries_out(
    norms.DETERMINATION_REFER,
    norms.DETERMINATION_JOINT,
    held_by=(Capacity.STAFFING, Capacity.DETERMINATION),
)
def may_hand_to(bodies: Mapping[str, UnitFacts]) -> Refusal | None:
    """移交机构编制部门、司法行政部门，两家须已登记启用。"""
    for part, name in zip(BODIES, ("⟨staffing⟩", "⟨justice⟩"), strict=True):
        if part not in bodies:
            return Refusal(f"还没有登记启用{name}，无法移交认定。", norms.DETERMINATION_REFER)
    return None


@carries_out(norms.DETERMINATION_REFER)
def may_submit(file: DeterminationFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """待分派、退单待审、办理中的工单可以移交认定。"""
    if file.case_stage not in DISPUTED:
        where = file.case_stage.label if file.case_stage else "其他单位办理"
        return Refusal(f"工单现在是“{where}”，不能移交认定。", norms.DETERMINATION_REFER)
    return None


@carries_out(norms.DETERMINATION_POSITIONS)
def may_submit_without(silent: Collection[str], *, missing: str) -> Refusal | None:
    """争议单位没有说明意见的，移交时写明原因。"""
    if silent and not missing:
        reason = f"{'、'.join(silent)}还没有说明意见；不再等待的，请写明原因。"
        return Refusal(reason, norms.DETERMINATION_POSITIONS, field="missing")
    return None


Ask = Callable[[DeterminationFacts, Actor, datetime, Pack], Refusal | None]


@carries_out(norms.DETERMINATION_REFER, norms.DETERMINATION_ASSIGN, norms.SPECIAL_REPORT)
def may_as_in_it(
    file: DeterminationFacts | None,
    act: Act,
    actor: Actor,
    now: datetime,
    pack: Pack,
    *,
    table: StageTable,
    rule: Ask | None,
) -> Refusal | None:
    """工单上与认定相同的办理，须有进行中的认定，并以认定的阶段和条件为准。"""
    if file is None:
        return Refusal("本件没有进行中的责任主体认定。", table.norm_of(act))
    found = table.find(file.stage, act, actor, file.parts, pack.binds)
    if isinstance(found, Refusal):
        return found
    return rule(file, actor, now, pack) if rule else None


@carries_out(norms.DETERMINATION_JOINT)
def may_opine(file: DeterminationFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """机构编制部门、司法行政部门各提出一次会商意见。"""
    if part_of(file, actor) in file.opined:
        return Refusal("本单位已经提出会商意见。", norms.DETERMINATION_JOINT)
    return None


def part_of(file: DeterminationFacts, actor: Actor) -> str:
    """As which of the two bodies the actor takes part: the one that still owes its opinion first."""
    own = [part for part in BODIES if file.parts.get(part, frozenset()) & actor.units]
    return next((str(part) for part in own if part not in file.opined), str(own[0]) if own else "")


@carries_out(norms.DETERMINATION_JOINT, norms.DETERMINATION_OPINION)
def may_find(
    outcome: Outcome, unit: UnitFacts | None, *, named: str | None, desk: str, pack: Pack, norm: Norm
) -> Refusal | None:
    """确定承办主体的写明单位，须是已启用、责任人在任的承办单位；认为属职责空白的不写单位。"""
    if outcome == Outcome.GAP:
        return Refusal("认为属职责空白的，不填承办单位。", norm, field="unit") if named else None
    if not named:
        return Refusal(WHOSE, norm, field="unit")
    return may_carry(unit, desk=desk, pack=pack, norm=norm)


@carries_out(norms.DETERMINATION_OPINION, norms.DISTRICT_DESIGNATES)
def may_carry(unit: UnitFacts | None, *, desk: str, pack: Pack, norm: Norm) -> Refusal | None:
    """承办主体须是已启用、责任人在任的承办单位，不能是受理单位自己。"""
    if unit is None or not _can(unit, Capacity.HANDLING, pack) or unit.code == desk:
        return Refusal("没有这个承办单位。", None, field="unit")
    if not unit.active:
        return Refusal(f"{unit.name}尚未启用（责任人未明确），不能承办。", norm, field="unit")
    return may_take_work(unit, pack, field="unit")


@carries_out(norms.DETERMINATION_OPINION)
def may_number(*, known: bool) -> Refusal | None:
    """认定意见书的文号不得重复。"""
    if known:
        return Refusal("这个文号已经用过。", norms.DETERMINATION_OPINION, field="opinion_number")
    return None


@carries_out(norms.DETERMINATION_ASSIGN, norms.DISTRICT_DESIGNATES)
def may_assign(file: DeterminationFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """工单须仍在等候认定结果。"""
    return None if file.case_stage in WAITS else Refusal("工单已不在等候认定结果。", norms.DETERMINATION_ASSIGN)


@carries_out(norms.SPECIAL_REPORT, held_by=(Capacity.LEADERSHIP,))
def may_report(leadership: Collection[UnitFacts]) -> Refusal | None:
    """专报报领导机关，须已登记该机构。"""
    if not leadership:
        return Refusal("还没有登记⟨leadership⟩，无法报送专报。", norms.SPECIAL_REPORT)
    return None


@carries_out(norms.DISTRICT_DESIGNATES, limits=(LimitName.DESIGNATED_HANDLE,))
def may_be_due(due_at: datetime | None, *, now: datetime) -> Refusal | None:
    """批示的办理时限须在现在之后。"""
    if due_at is not None and due_at <= now:
        return Refusal(f"办理时限应在现在（{told(now)}）之后。", norms.DISTRICT_DESIGNATES, field="due_at")
    return None


@carries_out(norms.RESPONSIBILITY_FOLLOW_UP)
def may_enter(*, code: str, known: Collection[str], lead: str, co_units: Collection[str]) -> Refusal | None:
    """目录编号不得重复；协办单位不能是承办单位。"""
    if code in known:
        return Refusal(f"目录编号{code}已被使用。", norms.RESPONSIBILITY_FOLLOW_UP, field="code")
    if lead in co_units:
        return Refusal("协办单位中不能有承办单位。", norms.RESPONSIBILITY_FOLLOW_UP, field="co_units")
    return None


@carries_out(norms.RESPONSIBILITY_FOLLOW_UP)
def may_own(units: Iterable[str], *, known: Mapping[str, UnitFacts], pack: Pack) -> Refusal | None:
    """列入派单目录的须是承办单位。"""
    for code in units:
        if code not in known or not _can(known[code], Capacity.HANDLING, pack):
            return Refusal("没有这个承办单位。", None, field="lead")
    return None


CONTACTED = (*(part.capacity for part in BODIES), Capacity.DESK)
"""What a unit is for that names a contact."""
NAMING = (Post.HEAD, Post.DEPUTY, Post.HANDLER, Post.DISPATCHER, Post.REVIEWER)


@carries_out(norms.DETERMINATION_CONTACTS)
def may_name(
    account: str, *, unit: UnitFacts | None, actor: Actor, staff: Collection[str], pack: Pack
) -> Refusal | None:
    """联络人由三家单位各自从本单位在岗人员中明确，建立辖区时可由运维人员在控制台录入。"""
    norm = norms.DETERMINATION_CONTACTS
    if unit is None or not any(_can(unit, capacity, pack) for capacity in CONTACTED):
        return Refusal("认定会商联络人由⟨staffing⟩、⟨justice⟩和受理单位明确。", norm)
    if actor.account != CONSOLE and not actor.holds(*NAMING, unit=unit.code):
        return Refusal("联络人由本单位明确。", norm)
    if account not in staff:
        return Refusal("联络人须是本单位在岗的人员。", norm, field="account")
    return None


@carries_out(norms.DETERMINATION_CONTACTS)
def may_begin_on(on: date, *, last: date | None) -> Refusal | None:
    """新的联络人不得早于现任开始之日。"""
    if last is not None and on < last:
        return Refusal(f"不能早于现任联络人开始的日期（{last}）。", norms.DETERMINATION_CONTACTS, field="from_on")
    return None


@carries_out(norms.DETERMINATION_ENDS)
def may_dissolve(file: DeterminationFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """工单还等着认定结果的，认定不终止。"""
    waits = WAITS if file.stage != Stage.DRAFT else MAY_BECOME_DISPUTED
    if file.case_stage in waits:
        ends = norms.DETERMINATION_ENDS if pack.binds(norms.DETERMINATION_ENDS) else norms.DETERMINATION_REFER
        return Refusal("工单仍在等候认定结果，认定不终止。", ends)
    return None


@carries_out(norms.REFUSAL_REFERRED)
def may_record_refusal(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """被指定的牵头责任单位、经认定的承办主体拒不承担的，登记移交。"""
    if not case.adjudicated and not case.designated:
        reason = "承办单位不是被指定或经认定的，确不属其职责的可以退单。"
        return Refusal(reason, norms.REFUSAL_REFERRED)
    return None


@carries_out(norms.REFUSAL_REFERRED, limits=(LimitName.SILENCE,))
def may_notice_silence(
    case: CaseFacts, *, checked: bool, quiet_until: datetime | None, now: datetime
) -> Refusal | None:
    """被指定、经认定的单位签收已逾期，或者到时限仍没有任何办理的，核查是否拒不承担，每次派单一次。"""
    if not case.adjudicated and not case.designated:
        return Refusal("承办单位不是被指定或经认定的。", norms.REFUSAL_REFERRED)
    if checked:
        return Refusal("本次派单已经核查过是否拒不承担。", norms.REFUSAL_REFERRED)
    if not is_unsigned(case, now=now) and (quiet_until is None or now < quiet_until):
        return Refusal("承办单位签收没有逾期，近期也有办理。", norms.REFUSAL_REFERRED)
    return None


def is_unsigned(case: CaseFacts, *, now: datetime) -> bool:
    """Whether the unit should have signed in and did not."""
    due_at = case.duties.get(DutyKind.SIGN_IN)
    return due_at is not None and due_at < now


def told_silence(case: CaseFacts, *, now: datetime) -> str:
    """What was noticed."""
    return "逾期没有签收" if is_unsigned(case, now=now) else "到时限没有任何办理"


@carries_out(norms.REFUSAL_REFERRED)
def may_deny_refusal(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """有待核查的才核查。"""
    if DutyKind.REFUSAL_CHECK not in case.duties:
        return Refusal("没有待核查的拒不承担。", norms.REFUSAL_REFERRED, moot=True)
    return None


@carries_out(norms.REFUSAL_REFERRED)
def may_have_refused(at: datetime, *, since: datetime | None, now: datetime, standing: str) -> Refusal | None:
    """拒绝发生在派单之后、现在之前；同一单位已有一件待移交的不重复登记。"""
    if standing:
        return Refusal(f"该单位已有一件待移交的线索（{standing}），请在其中补充证据。", norms.REFUSAL_REFERRED)
    if words := untimely(at, of="派单", since=since, now=now):
        return Refusal(f"拒绝的时间{words}。", norms.REFUSAL_REFERRED, field="refused_at")
    return None


@carries_out(norms.REFUSAL_REFERRED)
def may_explain_refusal(referral: ReferralFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """情况说明只需一次，之后可以由受理单位补充证据。"""
    if referral.explained_at is not None:
        return Refusal("本单位已经说明情况。", norms.REFUSAL_REFERRED)
    return None


@carries_out(norms.REFUSAL_REFERRED)
def may_send(referral: ReferralFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """先听取单位说明；到时限仍不说明的，可以移交。"""
    due_at = referral.duties.get(ReferralDuty.EXPLAIN)
    if referral.explained_at is None and due_at is not None and now < due_at:
        until = f"{told(due_at)}"
        return Refusal(f"应先听取{referral.unit_name}的说明（时限{until}）。", norms.REFUSAL_REFERRED)
    return None


@carries_out(norms.REFUSAL_REFERRED)
def may_sign_letter(referral: ReferralFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """移交函由没有登记拒不承担的负责人签发，签发一次。"""
    if referral.signed_at is not None:
        return Refusal("移交函已经签发。", norms.REFUSAL_REFERRED, moot=True)
    if actor.account == referral.started_by:
        return Refusal("拒不承担是您登记的，移交函须由另一位负责人签发。", norms.REFUSAL_REFERRED)
    return None


@carries_out(norms.REFUSAL_REFERRED, norms.SUPERIOR_BODY)
def may_follow(referral: ReferralFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """签收和结果由追责问责机关登记；交由上级主管机关的，由受理单位代为登记。"""
    if not {ReferralDuty.RECEIPT, ReferralDuty.RESULT} & set(referral.duties):
        return Refusal("没有待登记的签收或结果。", norms.REFUSAL_REFERRED, moot=True)
    bodies = referral.parts.get(Part.DISCIPLINE, frozenset())
    if bodies and not bodies & actor.units:
        return Refusal("签收和结果由⟨discipline⟩登记。", norms.REFUSAL_REFERRED)
    return None


@carries_out(norms.REFUSAL_REFERRED)
def may_have_been_taken(taken_at: datetime, *, sent_at: datetime | None, now: datetime) -> Refusal | None:
    """签收时间在移交之后，不在将来。"""
    if words := untimely(taken_at, of="移交", since=sent_at, now=now):
        return Refusal(f"签收时间{words}。", norms.REFUSAL_REFERRED, field="taken_at")
    return None


@carries_out(norms.REFUSAL_REFERRED)
def may_have_concluded(concluded_on: date, *, sent_on: date, today: date) -> Refusal | None:
    """结果在移交之后作出，不在将来。"""
    if not sent_on <= concluded_on <= today:
        reason = f"结果应在移交（{sent_on}）之后、今天（{today}）以前作出。"
        return Refusal(reason, norms.REFUSAL_REFERRED, field="concluded_on")
    return None


@carries_out(norms.REFUSAL_REFERRED, norms.SUPERIOR_BODY)
def route(unit: UnitFacts, discipline: UnitFacts | None, pack: Pack) -> str | Refusal:
    """明确拒不承担的移交追责问责机关；驻地单位和公共服务企业交由其上级主管机关。"""
    kind = pack.unit_types.get(unit.type)
    if kind is not None and kind.needs_superior and unit.superior_body:
        return unit.superior_body
    if discipline is None:
        return Refusal("还没有登记⟨discipline⟩，无法移交。", norms.REFUSAL_REFERRED)
    return discipline.name


@carries_out(norms.DETERMINATION_ASSIGN)
def may_end_determined(waiting: int, *, followed: bool) -> Refusal | None:
    """认定、指定由某单位承办而还没有派单的，该单位撤销须有单位承接。"""
    if not waiting or followed:
        return None
    reason = f"有{waiting}件已认定（指定）由这个单位承办，还没有派单，请写明承接单位。"
    return Refusal(reason, norms.DETERMINATION_ASSIGN, field="successor")
