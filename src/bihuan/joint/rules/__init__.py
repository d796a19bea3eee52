"""Rules of joint handling."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from bihuan.cases.types import CaseFacts, Part
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Stage as CaseStage
from bihuan.dispatch.types import UnitFollowUp
from bihuan.feedback.types import Satisfied, Solved
from bihuan.instructions.rules import SCANS
from bihuan.joint.types import (
    CHECK_IN_LIMITS,
    EMERGENCY_CHECK_IN,
    JOIN,
    Absence,
    DutyKind,
    Emergency,
    Filing,
    Grade,
    JointFacts,
    Kind,
    Leaving,
    MemberFacts,
    Stage,
    WhistleType,
)
from bihuan.joint.types.rows import Shared, SharedBy
from bihuan.kernel.actor import CONSOLE, Actor, Seat
from bihuan.kernel.needs import Allowed, Choosing, Need, Needs
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.rules import may_take_work
from bihuan.organisations.types import AppointmentRow, Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE, told, untimely
from bihuan.policy.pack import Capacity, Pack

SIGNED: Mapping[Kind, Norm] = {Kind.LINKAGE: norms.LINKAGE_FORM_SIGNED, Kind.WHISTLE: norms.WHISTLE_FORM_SIGNED}
GRADED: Mapping[Kind, Norm] = {Kind.LINKAGE: norms.LINKAGE_GRADE, Kind.WHISTLE: norms.WHISTLE_GRADE}
FILLED: Mapping[Kind, Norm] = {Kind.LINKAGE: norms.LINKAGE_FORM, Kind.WHISTLE: norms.WHISTLE_FORM}
TAKING_PART: Mapping[Kind, Norm] = {Kind.LINKAGE: norms.LINKAGE_COOPERATE, Kind.WHISTLE: norms.WHISTLE_RESPOND}
TOLD: Mapping[Kind, Norm] = {Kind.LINKAGE: norms.LINKAGE_PASSIVE, Kind.WHISTLE: norms.WHISTLE_PASSIVE}
FILING: Mapping[Kind, Norm] = {Kind.LINKAGE: norms.LINKAGE_FILING, Kind.WHISTLE: norms.WHISTLE_FILING}
DISTRICT: Mapping[Kind, Norm] = {Kind.LINKAGE: norms.LINKAGE_COORDINATE, Kind.WHISTLE: norms.WHISTLE_COORDINATE}


def _can(unit: UnitFacts, capacity: str, pack: Pack) -> bool:
    return pack.can(unit.type, capacity)


def clock_of(duties: Mapping[str, datetime]) -> datetime | None:
    """Until when the lead must have settled the case."""
    return duties.get(CaseDuty.HANDLE) or duties.get(CaseDuty.REWORK)


@carries_out(norms.LINKAGE_REQUEST, norms.WHISTLE_BLOW)
def may_begin(kind: Kind, *, standing: str) -> Refusal | None:
    """一件诉求同一机制只有一项：已经联动、吹哨的，在原事项中增加单位。"""
    if not standing:
        return None
    norm = norms.LINKAGE_REQUEST if kind == Kind.LINKAGE else norms.WHISTLE_BLOW
    return Refusal(f"本件已有{kind.label}（{standing}），请在其中增加单位或再次联合办理。", norm)


@carries_out(norms.LINKAGE_REQUEST)
def may_link(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """一件诉求同时只有一项联动。"""
    return may_begin(Kind.LINKAGE, standing="见下" if CaseDuty.LINKAGE_FORM in case.duties else "")


@carries_out(norms.WHISTLE_BLOW)
def may_whistle(case: CaseFacts, lead: UnitFacts | None, pack: Pack) -> Refusal | None:
    """由承办的乡镇（街道）吹哨，一件诉求同时只有一项吹哨。"""
    standing = "见下" if CaseDuty.WHISTLE_FORM in case.duties else ""
    return may_blow(lead, pack) or may_begin(Kind.WHISTLE, standing=standing)


@carries_out(norms.WHISTLE_BLOW, held_by=(Capacity.TOWNSHIP,))
def may_blow(unit: UnitFacts | None, pack: Pack) -> Refusal | None:
    """吹哨的主体为各乡镇（街道）；部门需要其他单位配合的，用首接联动。"""
    if unit is None or not _can(unit, Capacity.TOWNSHIP, pack):
        return Refusal("只有⟨township⟩可以吹哨；部门需要其他单位配合的，请提出联动要求。", norms.WHISTLE_BLOW)
    return None


@carries_out(norms.LINKAGE_REQUEST, norms.WHISTLE_TARGETS, norms.WHISTLE_MISDIRECTED)
def may_ask(
    kind: Kind,
    unit: UnitFacts | None,
    *,
    lead: str,
    desk: str,
    there: Collection[str],
    pack: Pack,
    ruled_out: Collection[str] = (),
) -> Refusal | None:
    """请来的须是已启用、责任人在任的其他承办单位；报到单位须是部门、驻地单位或公共服务企业，没有被裁定吹错哨。"""
    norm = JOIN[kind]
    if unit is None or not _can(unit, Capacity.HANDLING, pack) or unit.code == desk:
        return Refusal("没有这个承办单位。", None, field="units")
    if unit.code == lead:
        return Refusal("不能请本单位自己。", norm, field="units")
    if unit.code in there:
        return Refusal(f"{unit.name}已经参加。", norm, field="units")
    if not unit.active:
        return Refusal(f"{unit.name}尚未启用（责任人未明确）。", norm, field="units")
    if kind == Kind.WHISTLE and _can(unit, Capacity.TOWNSHIP, pack) and pack.binds(norms.WHISTLE_TARGETS):
        return Refusal(
            f"{unit.name}是⟨township⟩；报到单位须是部门、驻地单位或公共服务企业，⟨township⟩之间请用联动。",
            norms.WHISTLE_TARGETS,
            field="units",
        )
    if unit.code in ruled_out and pack.binds(norms.WHISTLE_MISDIRECTED):
        reason = f"平台已裁定本件不该请{unit.name}报到，⟨township⟩不能再请；确须其参加的，由⟨leader⟩批示。"
        return Refusal(reason, norms.WHISTLE_MISDIRECTED, field="units")
    return may_take_work(unit, pack, field="units")


OFF_LIST = "攻坚哨须选事项清单条目；清单中没有的，须说明理由。"


def whom_a_case_asks(kind: Kind, *, ruled_out: Collection[str] = ()) -> Choosing:
    """Whom the lead of a case may ask to join."""

    def choices(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
        def fits(unit: UnitFacts) -> bool:
            lead, desk = case.lead or "", case.desk
            return may_ask(kind, unit, lead=lead, desk=desk, there=(), pack=pack, ruled_out=ruled_out) is None

        return {"units": fits}

    return choices


def whom_it_asks(joint: JointFacts, actor: Actor, pack: Pack) -> Allowed:
    """Whom the lead may ask besides those who take part."""
    return _asked(joint, [member.unit for member in joint.present], pack)


def whom_it_asks_again(joint: JointFacts, actor: Actor, pack: Pack) -> Allowed:
    """Whom the lead may ask when all is done once more: those too who took part."""
    return _asked(joint, (), pack)


def _asked(joint: JointFacts, there: Collection[str], pack: Pack) -> Allowed:
    desk = next(iter(joint.parts.get(Part.DESK, ())), "")
    gone = called_wrongly(joint)

    def fits(unit: UnitFacts) -> bool:
        lead = joint.initiator
        return may_ask(joint.kind, unit, lead=lead, desk=desk, there=there, pack=pack, ruled_out=gone) is None

    return {"units": fits}


def called_wrongly(joint: JointFacts) -> tuple[str, ...]:
    """The units of which the platform ruled that they were called wrongly."""
    return tuple(member.unit for member in joint.members if member.leaving == Leaving.MISDIRECTED)


def asked_of_whistle(case: CaseFacts, pack: Pack) -> Needs:
    """What a town says that calls departments to its side."""
    return {
        "pre_study": (
            Need("请写明初步研究情况：为什么⟨township⟩不能独立完成，为什么是这些部门。", norms.WHISTLE_PRE_STUDY),
        ),
        "basis": (Need("请写明部门职责依据。", norms.WHISTLE_PRE_STUDY),),
    }


def asked_of_more(joint: JointFacts, pack: Pack) -> Needs:
    """What a town says that calls further departments."""
    return {"basis": (Need("请写明部门职责依据。", norms.WHISTLE_PRE_STUDY),)}


@carries_out(norms.WHISTLE_PRE_STUDY)
def may_call_more(units: Collection[str], *, basis: str) -> Refusal | None:
    """吹哨后又请其他部门的，同样根据部门职责定位，写明依据。"""
    if units and not basis:
        reason = "又请其他部门报到的，同样要根据部门职责准确定位，请写明部门职责依据。"
        return Refusal(reason, norms.WHISTLE_PRE_STUDY, field="basis")
    return None


def of_members(joint: JointFacts, actor: Actor, pack: Pack) -> Allowed:
    """Whom there is to grade: whose objection or asking-out is not undecided."""
    return {"unit": [member.unit for member in joint.present if member.asked_out_at is None]}


def asked_of_form(joint: JointFacts, pack: Pack, *, unreached: bool = False) -> Needs:
    """What the form of the mechanism cannot do without: nobody makes up what a requester said who was never reached."""
    if joint.anonymous or unreached:
        return {}
    return {"follow_up": (Need("请填写回访情况：满意或不满意。", FILLED[joint.kind]),)}


def asked_of_tough(joint: JointFacts, pack: Pack) -> Needs:
    """What a whistle that becomes a tough one cannot do without."""
    if joint.emergency is not None:
        return {}
    without = {"topic": ("",), "emergency": ("",)}
    return {"off_list_reason": (Need(OFF_LIST, norms.WHISTLE_TOPICS, when=without),)}


def asked_of_signature(joint: JointFacts, pack: Pack) -> Needs:
    """What must stand under the form."""
    norm = SIGNED[joint.kind]
    return {"seal": (Need("请上传盖章件扫描。", norm),)} if pack.parameter(norm, "seal", True) else {}


def earlier(latest: datetime | None, town_ends: datetime | None, *, now: datetime) -> datetime | None:
    """Until when units may be asked: the clock of the case, and in an emergency no longer than the town has."""
    if town_ends is None or town_ends <= now:
        return latest
    return town_ends if latest is None or latest <= now else min(latest, town_ends)


@carries_out(norms.LINKAGE_CONVENE, norms.WHISTLE_CONVENE)
def may_be_due(kind: Kind, due_at: datetime | None, *, now: datetime, latest: datetime | None) -> Refusal | None:
    """配合时限须在现在之后、工单的办理时限之内。"""
    norm = norms.LINKAGE_CONVENE if kind == Kind.LINKAGE else norms.WHISTLE_CONVENE
    if due_at is None:
        return None
    if due_at <= now:
        return Refusal(f"配合时限应在现在（{told(now)}）之后。", norm, field="due_at")
    if latest is not None and now < latest < due_at:
        return Refusal(f"配合时限不得晚于工单的办理时限（{told(latest)}）。", norm, field="due_at")
    return None


@carries_out(norms.WHISTLE_TYPE, norms.WHISTLE_EMERGENCY, norms.WHISTLE_KEY)
def may_be_blown_as(
    whistle_type: WhistleType, *, emergency: Emergency | None, instruction: str, by_head: bool
) -> Refusal | None:
    """应急类情况吹攻坚哨；重点哨须经攻坚哨仍无法解决，或由主要负责人凭领导机关批示提出。"""
    if whistle_type == WhistleType.KEY and not (instruction and by_head):
        reason = (
            "重点哨须经攻坚哨仍无法解决：请先吹攻坚哨，仍未解决的再升为重点哨；"
            "⟨leadership⟩已有批示的，由⟨head⟩填写批示后直接提出。"
        )
        return Refusal(reason, norms.WHISTLE_KEY, field="whistle_type")
    if whistle_type == WhistleType.ROUTINE and emergency is not None:
        return Refusal("发生应急类情况的应吹攻坚哨。", norms.WHISTLE_EMERGENCY, field="whistle_type")
    return None


@carries_out(norms.WHISTLE_TOPICS)
def may_be_tough(
    whistle_type: WhistleType,
    *,
    topic: str,
    known: Collection[str],
    off_list_reason: str,
    emergency: Emergency | None,
) -> Refusal | None:
    """攻坚哨依机构编制部门的事项清单；清单外的须说明理由（应急类情况除外）。"""
    if topic and topic not in known:
        return Refusal("攻坚哨事项清单中没有这一条。", norms.WHISTLE_TOPICS, field="topic")
    if whistle_type == WhistleType.TOUGH and not topic and emergency is None and not off_list_reason:
        return Refusal(OFF_LIST, norms.WHISTLE_TOPICS, field="off_list_reason")
    return None


@carries_out(norms.WHISTLE_TOPICS)
def may_call_beyond(beyond: Collection[str], *, reason: str) -> Refusal | None:
    """依清单条目吹哨的，条目没有列的部门须说明理由。"""
    if beyond and not reason:
        words = f"攻坚哨事项清单的这一条没有列{'、'.join(beyond)}，请说明理由。"
        return Refusal(words, norms.WHISTLE_TOPICS, field="beyond_reason")
    return None


CASE_IS_OVER = "工单已不由本单位办理，联合办理即将终止。"
CASES_AT_WORK = (CaseStage.HANDLING, CaseStage.AWAITING, CaseStage.SIGN_OFF, CaseStage.HUNG, CaseStage.REWORK)
CASES_WAITING = (CaseStage.ADJUDICATING, CaseStage.ESCALATED, CaseStage.LISTED)
CASES_WITH_LEAD = (*CASES_AT_WORK, *CASES_WAITING, CaseStage.SUBMITTED, CaseStage.RETURN_REVIEW)
"""Where its lead may go on with others; what is still open at the call-back came off the list, with its answer."""


def ends_by(kind: Kind, pack: Pack) -> Norm:
    """By what joint handling ends with its case, which it does whatever a regulation says of it."""
    return norms.JOINT_ENDS if pack.binds(norms.JOINT_ENDS) else JOIN[kind]


@carries_out(norms.JOINT_ENDS)
def may_go_on(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """工单终结或改派后，联合办理不再进行。"""
    if joint.case_assignment != joint.assignment or joint.case_stage not in CASES_WITH_LEAD:
        return Refusal(CASE_IS_OVER, ends_by(joint.kind, pack))
    return None


@carries_out(norms.JOINT_ENDS)
def may_dissolve(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """工单仍由原单位办理的，联合办理不终止。"""
    if may_go_on(joint, actor, now, pack) is None:
        return Refusal("工单仍在办理，联合办理不终止。", ends_by(joint.kind, pack))
    return None


@carries_out(norms.ANSWER_TWO_PARTS)
def may_report_result(*, going_on: Collection[Kind]) -> Refusal | None:
    """联合办理完毕以后，才把办理结果反馈诉求人并上报。"""
    if going_on:
        which = "、".join(kind.label for kind in Kind if kind in going_on)
        reason = f"{which}还没有结束，办理完毕后才能反馈诉求人、上报办理结果；请先结束联合办理。"
        return Refusal(reason, norms.ANSWER_TWO_PARTS)
    return None


@carries_out(norms.JOINT_AGAIN)
def may_renew(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有退回补办、重办中的工单可以再次联合办理。"""
    if joint.case_lead != joint.initiator or joint.case_stage != CaseStage.HANDLING:
        return Refusal("工单不在办理中，不能再次联合办理。", norms.JOINT_AGAIN)
    return None


@carries_out(norms.LINKAGE_FILING, norms.WHISTLE_FILING)
def may_acknowledge(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """报备只确认一次；电话报备的，先登记来电。"""
    if joint.acknowledged_at is not None:
        return Refusal("已经确认报备。", FILING[joint.kind])
    if joint.filed_at is None:
        return Refusal("⟨township⟩选择电话报备，请登记来电。", FILING[joint.kind])
    return None


@carries_out(norms.WHISTLE_FILING)
def may_record_call(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """已经确认报备的，不再登记来电。"""
    if joint.acknowledged_at is not None:
        return Refusal("已经确认报备。", norms.WHISTLE_FILING)
    return None


@carries_out(norms.WHISTLE_FILING)
def may_file(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """吹哨时已电子报备、平台已登记来电的，不再报备。"""
    if joint.filed_at is not None or joint.filing == Filing.SYSTEM:
        return Refusal("已经报备。", norms.WHISTLE_FILING)
    return None


@carries_out(norms.LINKAGE_FILING, norms.WHISTLE_FILING, norms.WHISTLE_CHECK_IN)
def may_have_happened(at: datetime, *, since: datetime, now: datetime, field: str, norm: Norm) -> Refusal | None:
    """登记的事情应在提出之后、现在之前。"""
    if words := untimely(at, of="提出", since=since, now=now):
        return Refusal(f"时间{words}。", norm, field=field)
    return None


LATE = timedelta(hours=1)
"""A whistle that is entered so much later than it was blown says why."""


@carries_out(norms.WHISTLE_BLOW)
def may_have_been_blown(
    at: datetime | None, *, assigned_at: datetime | None, now: datetime, late_entry: str
) -> Refusal | None:
    """补录的吹哨应在派单之后、现在之前；一小时以后才录入的，写明原因。"""
    if at is None:
        return None
    if words := untimely(at, of="派单", since=assigned_at, now=now):
        return Refusal(f"吹哨时间{words}。", norms.WHISTLE_BLOW, field="blown_at")
    if now - at > LATE and not late_entry:
        return Refusal("吹哨一小时以后才录入的，请写明原因。", norms.WHISTLE_BLOW, field="late_entry")
    return None


def own_member(joint: JointFacts, actor: Actor) -> MemberFacts | None:
    """The unit of the actor that was asked to join."""
    return next((member for member in joint.present if member.unit in actor.units), None)


@carries_out(norms.LINKAGE_COOPERATE)
def may_accept(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """每个协办单位受理一次。"""
    member = own_member(joint, actor)
    if member is not None and member.accepted_at is not None:
        return Refusal("本单位已经受理。", norms.LINKAGE_COOPERATE)
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.WHISTLE_CHECK_IN)
def may_check_in(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """每个报到单位报到一次；重点哨批示后可以再次报到。"""
    member = own_member(joint, actor)
    if member is not None and member.check_in_at is not None:
        return Refusal("本单位已经报到。", norms.WHISTLE_CHECK_IN)
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.LINKAGE_COOPERATE, norms.WHISTLE_RESPOND, norms.WHISTLE_CHECK_IN)
def may_work(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """先受理、报到，再办理；办理完毕后不再登记。"""
    member = own_member(joint, actor)
    if member is None:
        return Refusal("本单位不是参加单位。", TAKING_PART[joint.kind])
    if member.finished_at is not None:
        return Refusal("本单位已经办理完毕。", TAKING_PART[joint.kind])
    if joint.kind == Kind.WHISTLE and member.check_in_at is None and pack.binds(norms.WHISTLE_CHECK_IN):
        return Refusal("请先报到。", norms.WHISTLE_CHECK_IN)
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.WHISTLE_UPWARD)
def may_contact_upward(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """参加办理期间可以登记与上级主管部门的沟通。"""
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.LINKAGE_COOPERATE)
def may_ask_out(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """协办单位向首接单位（平台指定的向平台）申请退出，一次一项；办理完毕的不能退出。"""
    member = own_member(joint, actor)
    if member is not None and member.asked_out_at is not None:
        return Refusal("已有一项退出申请待答复。", norms.LINKAGE_COOPERATE)
    if member is not None and member.finished_at is not None:
        return Refusal("本单位已经办理完毕，不能退出。", norms.LINKAGE_COOPERATE)
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.LINKAGE_COOPERATE, norms.WHISTLE_MISDIRECTED)
def may_decide_asking_out(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """有单位提出退出或吹错哨的，才能答复、裁定。"""
    norm = norms.LINKAGE_COOPERATE if joint.kind == Kind.LINKAGE else norms.WHISTLE_MISDIRECTED
    if not any(member.asked_out_at for member in joint.present):
        what = "退出申请" if joint.kind == Kind.LINKAGE else "吹错哨异议"
        return Refusal(f"没有待处理的{what}。", norm)
    return None


@carries_out(norms.LINKAGE_COOPERATE, norms.WHISTLE_MISDIRECTED, norms.DESIGNATE_LEAD)
def may_decide_on(member: MemberFacts | None, kind: Kind, *, seat: Seat) -> Refusal | None:
    """只能对提出的单位答复、裁定；平台指定的协办单位由平台答复，其余由首接单位答复。"""
    norm = norms.LINKAGE_COOPERATE if kind == Kind.LINKAGE else norms.WHISTLE_MISDIRECTED
    if member is None or member.asked_out_at is None:
        return Refusal("这个单位没有提出。", norm, field="unit")
    by_desk = seat.post == Post.DISPATCHER
    if kind == Kind.LINKAGE and member.designated and not by_desk:
        reason = f"{member.name}是平台指定的协办单位，退出由平台答复。"
        return Refusal(reason, norms.DESIGNATE_LEAD, field="unit")
    if kind == Kind.LINKAGE and by_desk and not member.designated:
        return Refusal(f"{member.name}是首接单位请来的，退出由首接单位答复。", norm, field="unit")
    return None


@carries_out(norms.DESIGNATE_LEAD)
def may_ask_these(units: Collection[str], *, designated: Mapping[str, str]) -> Refusal | None:
    """平台指定的协办单位都要请到，可以另外增加。"""
    if missing := [name for unit, name in designated.items() if unit not in units]:
        reason = f"平台指定的协办单位{'、'.join(missing)}也要请到；确不需要的，由该单位申请退出、平台答复。"
        return Refusal(reason, norms.DESIGNATE_LEAD, field="units")
    return None


@carries_out(norms.WHISTLE_MISDIRECTED)
def may_object(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """认为吹错哨的在办理完毕前提出，一次一项。"""
    member = own_member(joint, actor)
    if member is not None and member.asked_out_at is not None:
        return Refusal("已有一项异议待平台裁定。", norms.WHISTLE_MISDIRECTED)
    if member is not None and member.finished_at is not None:
        return Refusal("本单位已经办理完毕，不能再提出吹错哨。", norms.WHISTLE_MISDIRECTED)
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.LINKAGE_PASSIVE, norms.WHISTLE_PASSIVE)
def may_notify_of(member: MemberFacts | None, kind: Kind) -> Refusal | None:
    """只能通报参加单位；办理完毕的不通报。"""
    if member is None:
        return Refusal("这个单位没有参加。", TOLD[kind], field="unit")
    if member.finished_at is not None:
        return Refusal(f"{member.name}已经办理完毕。", TOLD[kind], field="unit")
    return None


@carries_out(norms.LINKAGE_PASSIVE, norms.WHISTLE_PASSIVE)
def may_remind(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """接到通报的才督促提醒。"""
    if not to_remind(joint):
        return Refusal("没有待处理的消极配合通报。", TOLD[joint.kind])
    return None


def to_remind(joint: JointFacts) -> tuple[MemberFacts, ...]:
    """The units of which the centre was told since it last reminded them."""
    return tuple(m for m in joint.present if m.notified_at and (m.reminded_at is None or m.reminded_at < m.notified_at))


@carries_out(norms.LINKAGE_PASSIVE, norms.WHISTLE_PASSIVE)
def may_explain(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """被通报、提醒或评价低于“好”的单位可以说明情况。"""
    member = own_member(joint, actor)
    if member is None or not (member.notified_at or member.grade not in ("", Grade.GOOD)):
        return Refusal("本单位没有被通报，评价也不低于“好”，不需要说明。", TOLD[joint.kind])
    return None


@carries_out(
    norms.LINKAGE_REPORT,
    norms.WHISTLE_REPORT,
    norms.LINKAGE_COORDINATE,
    norms.WHISTLE_COORDINATE,
    held_by=(Capacity.LEADERSHIP,),
)
def may_report_to(leadership: UnitFacts | None, kind: Kind) -> Refusal | None:
    """汇报送领导机关，须已登记该机构。"""
    if leadership is None:
        return Refusal("还没有登记⟨leadership⟩，无法报送。", DISTRICT[kind])
    return None


@carries_out(norms.LINKAGE_COORDINATE, norms.WHISTLE_COORDINATE)
def may_instruct(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """由当日分管该单位的领导协调处置，没有的由任一位领导处置；平台可以登记批示件。"""
    leads, cover = actor.holds(Post.LEADER) and not actor.holds(Post.DISPATCHER), in_charge(joint, now)
    if leads and cover and actor.account not in cover:
        return Refusal("本件已转分管该单位的⟨leader⟩。", DISTRICT[joint.kind])
    return None


def in_charge(joint: JointFacts, now: datetime) -> frozenset[str]:
    """The leaders whose portfolio covers the lead today."""
    on = now.astimezone(ZONE).date()
    there = (one for one in joint.covering if one.from_on <= on and (one.until_on is None or on < one.until_on))
    return frozenset(one.account for one in there)


@carries_out(norms.LINKAGE_COORDINATE)
def may_be_instructed_by(account: str, *, joint: JointFacts, now: datetime) -> Refusal | None:
    """首接联动由分管领导协调处置：代为登记的，也须是当日分管该单位的领导的批示。"""
    cover = in_charge(joint, now)
    if joint.kind == Kind.LINKAGE and cover and account not in cover:
        reason = "共同办理困难的由分管⟨leader⟩协调处置，请登记当日分管该单位的⟨leader⟩的批示。"
        return Refusal(reason, norms.LINKAGE_COORDINATE, field="leader_account")
    return None


@carries_out(norms.WHISTLE_TYPE, limits=(CHECK_IN_LIMITS[WhistleType.TOUGH],))
def may_raise_to_tough(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有常规哨升为攻坚哨；已解决的不升。"""
    if joint.whistle_type != WhistleType.ROUTINE:
        return Refusal("只有常规哨可以升为攻坚哨。", norms.WHISTLE_TYPE)
    if joint.resolved:
        return Refusal("问题已解决，不再升级。", norms.WHISTLE_TYPE)
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.WHISTLE_KEY, limits=(CHECK_IN_LIMITS[WhistleType.KEY],))
def may_raise_to_key(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """重点哨是经攻坚哨仍无法解决、需报领导机关研究解决的难点事项。"""
    if joint.whistle_type != WhistleType.TOUGH:
        return Refusal("重点哨须经攻坚哨：本件不是攻坚哨。", norms.WHISTLE_KEY)
    if joint.resolved is not False:
        return Refusal("攻坚哨已解决问题，不升为重点哨。", norms.WHISTLE_KEY)
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.LINKAGE_REQUEST, norms.WHISTLE_PRE_STUDY)
def may_void(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """还有单位参加的不能撤销。"""
    if joint.present:
        return Refusal("还有参加单位，不能撤销。", JOIN[joint.kind])
    return None


@carries_out(norms.LINKAGE_CONVENE, norms.WHISTLE_CONVENE)
def may_conclude(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """各单位办理完毕，或没有办完的已向平台通报，才能结束。"""
    norm = norms.LINKAGE_CONVENE if joint.kind == Kind.LINKAGE else norms.WHISTLE_CONVENE
    if not joint.present:
        return Refusal("没有参加单位，请增加单位。", norm)
    waiting = [m.name for m in unfinished(joint) if not m.told_of]
    if waiting and pack.binds(TOLD[joint.kind]) and pack.binds(TAKING_PART[joint.kind]):
        reason = f"{'、'.join(waiting)}还没有办完；配合消极的，先向⟨desk⟩通报。"
        return Refusal(reason, TOLD[joint.kind])
    if not pack.binds(FILLED[joint.kind]) and (refusal := _may_end_ungraded(joint, pack)):
        return refusal
    return may_go_on(joint, actor, now, pack)


@carries_out(norms.LINKAGE_GRADE, norms.WHISTLE_GRADE)
def _may_end_ungraded(joint: JointFacts, pack: Pack) -> Refusal | None:
    """填表以前，没有备案表的在结束以前，每个参加单位都要评价。"""
    ungraded = [member.name for member in joint.present if not member.grade]
    if ungraded and pack.binds(GRADED[joint.kind]):
        return Refusal(f"请先评价{'、'.join(ungraded)}的配合情况。", GRADED[joint.kind])
    return None


FEWEST_WITH_MEETING = 2
"""With so many co-units or more the lead calls them together, or says why not."""


@carries_out(norms.LINKAGE_CONVENE)
def may_conclude_without_meeting(joint: JointFacts, *, reason: str) -> Refusal | None:
    """两个以上协办单位的，首接单位要牵头召集共同研究；没有召集的写明理由。"""
    several = joint.kind == Kind.LINKAGE and len(joint.present) >= FEWEST_WITH_MEETING
    if several and joint.met_at is None and not reason:
        words = "有两个以上协办单位，应牵头召集共同研究：请先登记会商，没有召集的写明理由。"
        return Refusal(words, norms.LINKAGE_CONVENE, field="no_meeting_reason")
    return None


@carries_out(norms.LINKAGE_REPORT, norms.WHISTLE_REPORT)
def may_decide_difficulty(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """共同办理没有解决的，才须决定是否汇报。"""
    if DutyKind.DIFFICULTY not in joint.duties:
        norm = norms.LINKAGE_REPORT if joint.kind == Kind.LINKAGE else norms.WHISTLE_REPORT
        return Refusal("没有待决定的事项。", norm)
    return None


@carries_out(norms.LINKAGE_REPORT, norms.WHISTLE_REPORT)
def may_report(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """共同办理困难的由主要负责人汇报；已经结束的，没有解决才汇报。"""
    if joint.stage in (Stage.CONCLUDED, Stage.SIGNED) and joint.resolved:
        norm = norms.LINKAGE_REPORT if joint.kind == Kind.LINKAGE else norms.WHISTLE_REPORT
        return Refusal("问题已解决，不需要汇报。", norm)
    return may_go_on(joint, actor, now, pack)


def unfinished(joint: JointFacts) -> tuple[MemberFacts, ...]:
    """The units that have not done their part."""
    return tuple(member for member in joint.present if member.finished_at is None)


@carries_out(norms.LINKAGE_GRADE, norms.WHISTLE_GRADE)
def may_grade(kind: Kind, member: MemberFacts | None, *, grade: Grade, reason: str) -> Refusal | None:
    """按“好、较好、一般、差”评价；较好、一般、差的要说明原因，与自己的通报相反的也要说明。"""
    if member is None:
        return Refusal("这个单位没有参加。", GRADED[kind], field="unit")
    if member.asked_out_at is not None:
        norm = norms.LINKAGE_COOPERATE if kind == Kind.LINKAGE else norms.WHISTLE_MISDIRECTED
        return Refusal(f"{member.name}的退出申请或异议还没有答复、裁定，先不评价。", norm, field="unit")
    if grade != Grade.GOOD and not reason:
        return Refusal(f"评价为“{grade.label}”的，要说明原因。", GRADED[kind], field="reason")
    if member.told_of and member.finished_at is None and not reason:
        words = f"已向平台通报{member.name}消极配合，到结束也没有办完；评价为“好”的，要说明原因。"
        return Refusal(words, GRADED[kind], field="reason")
    return None


@carries_out(norms.LINKAGE_FORM, norms.WHISTLE_FORM, norms.LINKAGE_GRADE, norms.WHISTLE_GRADE)
def may_file_form(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """一事一报：每个参加单位都评价后，填一张表。"""
    return _may_end_ungraded(joint, pack)


@carries_out(norms.LINKAGE_FORM, norms.WHISTLE_FORM)
def may_fill_in(
    joint: JointFacts, *, follow_up: str, unreached: bool, from_at: datetime, to_at: datetime, now: datetime
) -> Refusal | None:
    """回访情况填“满意”或“不满意”（匿名的、联系不上的不填，不得代填）；联动时间起不晚于止。"""
    if follow_up and unreached:
        reason = "登记的联系情况是一直没有联系上诉求人，回访情况不能代填；已联系上的，先登记联系情况。"
        return Refusal(reason, FILLED[joint.kind], field="follow_up")
    if not follow_up and not joint.anonymous and not unreached:
        return Refusal("请填写回访情况：满意或不满意。", FILLED[joint.kind], field="follow_up")
    if not from_at <= to_at <= now:
        return Refusal(f"联动时间应起不晚于止，且不晚于现在（{told(now)}）。", FILLED[joint.kind], field="to_at")
    return None


@carries_out(norms.LINKAGE_FORM_SIGNED, norms.WHISTLE_FORM_SIGNED, norms.SEPARATION)
def may_sign(
    kind: Kind,
    *,
    signer: str,
    drafter: str,
    seat: Seat,
    deputies: Collection[str],
    absence: Absence | None,
    until: date | None,
    today: date,
    seal: Collection[int],
    pack: Pack,
) -> Refusal | None:
    """由分管负责人审签，填报的人不得自己审签；分管负责人不在岗的，写明情形和时间后由主要负责人审签；按附件须盖章。"""
    norm = SIGNED[kind]
    if signer == drafter and pack.binds(norms.SEPARATION):
        return Refusal("备案表是您填报的，须由另一位负责人审签。", norms.SEPARATION)
    if seat.post == Post.HEAD and deputies:
        if absence is None:
            reason = "备案表由⟨deputy⟩审签；⟨deputy⟩不在岗的，请选择情形后由⟨head⟩审签。"
            return Refusal(reason, norm, field="absence_kind")
        if absence is Absence.VACANT:
            return Refusal("本单位今天有在任的⟨deputy⟩，不是空缺。", norm, field="absence_kind")
        if absence is not Absence.RECUSED and (until is None or until < today):
            return Refusal(f"请写明{absence.label}至哪一天（不早于今天{today}）。", norm, field="absence_until")
    if pack.parameter(norm, "seal", True) and not seal:
        return Refusal("请上传盖章件扫描。", norm, field="seal")
    return None


@carries_out(norms.LINKAGE_FORM_SIGNED, norms.WHISTLE_FORM_SIGNED)
def may_be_seal(mimes: Collection[str], *, kind: Kind) -> Refusal | None:
    """盖章件扫描须是图片或 PDF。"""
    if not all(mime.startswith(SCANS) for mime in mimes):
        return Refusal("盖章件扫描应为图片或 PDF。", SIGNED[kind], field="seal")
    return None


def told_absence(absence: Absence | None, *, until: date | None, note: str) -> str:
    """怎样写明分管负责人不在岗。"""
    told = (absence.label if absence else "", f"至{until}" if until else "", note)
    return "，".join(words for words in told if words)


@carries_out(norms.WHISTLE_TOPICS, held_by=(Capacity.STAFFING,))
def may_keep_topics(actor: Actor, units: Iterable[UnitFacts], pack: Pack) -> Refusal | None:
    """攻坚哨事项清单由机构编制部门列出，建立辖区时可由运维人员在控制台录入。"""
    if actor.account == CONSOLE:
        return None
    keepers = [unit.code for unit in units if _can(unit, Capacity.STAFFING, pack)]
    if any(actor.holds(Post.HANDLER, Post.DEPUTY, Post.HEAD, unit=code) for code in keepers):
        return None
    return Refusal("攻坚哨事项清单由⟨staffing⟩维护。", norms.WHISTLE_TOPICS)


@carries_out(norms.WHISTLE_TOPICS)
def may_list(*, responders: Collection[str], known: Mapping[str, UnitFacts], pack: Pack) -> Refusal | None:
    """清单中的配合部门须是可以报到的单位。"""
    for code in responders:
        unit = known.get(code)
        fits = unit is not None and _can(unit, Capacity.HANDLING, pack) and not _can(unit, Capacity.TOWNSHIP, pack)
        if not fits:
            return Refusal("配合单位须是部门、驻地单位或公共服务企业。", norms.WHISTLE_TOPICS, field="responders")
    return None


@carries_out(norms.WHISTLE_LIAISON)
def may_be_liaison(account: str, *, unit: str, actor: Actor, deputies: Sequence[AppointmentRow]) -> Refusal | None:
    """联络员须是本单位的分管负责人，由本单位负责人明确，建立辖区时可由运维人员在控制台录入。"""
    if actor.account != CONSOLE and not actor.holds(Post.HEAD, Post.DEPUTY, unit=unit):
        return Refusal("联络员由本单位⟨head⟩或⟨deputy⟩明确。", norms.WHISTLE_LIAISON)
    if account not in {deputy.account for deputy in deputies}:
        return Refusal("联络员须是本单位现任的⟨deputy⟩。", norms.WHISTLE_LIAISON, field="account")
    return None


@carries_out(norms.LINKAGE_COORDINATE)
def may_cover(account: str, *, leaders: Collection[str], actor: Actor) -> Refusal | None:
    """分管领导须是领导机关的领导，由系统管理员登记，建立辖区时可由运维人员在控制台录入。"""
    if actor.account != CONSOLE and not actor.holds(Post.ADMINISTRATOR):
        return Refusal("分管关系由⟨administrator⟩登记。", norms.LINKAGE_COORDINATE)
    if account not in leaders:
        return Refusal("这个人现在不是⟨leader⟩。", norms.LINKAGE_COORDINATE, field="account")
    return None


@carries_out(norms.WHISTLE_TOPICS, norms.WHISTLE_LIAISON, norms.LINKAGE_COORDINATE)
def may_begin_on(on: date, *, last: date | None, norm: Norm) -> Refusal | None:
    """新的一条不得早于上一条开始之日。"""
    if last is not None and on < last:
        return Refusal(f"不能早于现有一条开始的日期（{last}）。", norm, field="from_on")
    return None


@carries_out(norms.LINKAGE_SHARED, norms.WHISTLE_SHARED)
def result(
    units: tuple[SharedBy, ...],
    *,
    called_at: datetime | None,
    solved: Solved | None,
    satisfied: Satisfied | None,
    follow_up: UnitFollowUp | None,
) -> Shared:
    """首接与协办、吹哨与报到单位共同承担结果：以平台有效回访为准；单位报满意而平台回访不满意的，注明不一致。"""
    mismatch = follow_up is UnitFollowUp.SATISFIED and satisfied is Satisfied.NO
    return Shared(units, called_at, solved, satisfied, follow_up, mismatch)


@carries_out(norms.WHISTLE_EMERGENCY, limits=(EMERGENCY_CHECK_IN,))
def may_note_emergency(joint: JointFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有应急吹哨须由督查考核机构知悉。"""
    if joint.emergency is None:
        return Refusal("本件不是应急吹哨。", norms.WHISTLE_EMERGENCY)
    return None
