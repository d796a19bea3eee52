"""Rules of listed matters."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from bihuan.attachments.types import AttachmentRef
from bihuan.cases.rules import BASED, may_ask_desk, may_be_told_by, may_go_to_body, may_pass_on
from bihuan.cases.stages import ENDS as CASE_ENDS
from bihuan.cases.stages import LISTABLE
from bihuan.cases.types import Accusing, CaseFacts, ClosureType, Part, Stage
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.commitments.rules import conclusions as with_promises
from bihuan.commitments.rules import may_conclude_as
from bihuan.dispatch.types import FeedbackMethod
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Allowed, Need, Needs
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.matters.types import (
    ON_LEDGER,
    STRUCK,
    DutyKind,
    KeyBasis,
    MatterClass,
    MatterFacts,
    Proof,
    Settled,
)
from bihuan.matters.types import Stage as ListStage
from bihuan.organisations.rules import may_take_work
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE, told, untimely
from bihuan.policy.pack import Capacity, Pack

CONCLUSIONS = (ClosureType.SOLVED, ClosureType.PARTIAL, ClosureType.EXPLAINED, ClosureType.PROMISED)
SCANS = ("image/", "application/pdf")
TIER_1 = (CaseDuty.HANDLE, CaseDuty.REWORK)
"""What the unit of a case owes before that is listed."""
CLOCK_STANDS = (Stage.AWAITING, Stage.HUNG, Stage.ADJUDICATING, Stage.ESCALATED)


def tier1_due_at(case: CaseFacts) -> datetime | None:
    """Until when the case must be settled by its own unit; None where no such clock runs."""
    if case.stage in CLOCK_STANDS:
        return None
    return min((case.duties[kind] for kind in TIER_1 if kind in case.duties), default=None)


def is_unsolved(case: CaseFacts) -> bool:
    """Whether the case was closed as one that its requester calls unsolved, and nobody has decided of it yet."""
    return case.stage is Stage.CLOSED and CaseDuty.UNSOLVED_FOLLOW_UP in case.duties


@carries_out(norms.LIST_OVERDUE, norms.LIST_ENTRY_GUARD)
def may_be_entered(
    matter: MatterFacts,
    actor: Actor,
    *,
    tier1_due_at: datetime | None,
    done: str,
    why_unresolved: str,
    office_override_reason: str,
    now: datetime,
) -> Refusal | None:
    """登记入账须写明已做的工作和未能按时解决的原因；没有原办理时限或还没有到、又不是未解决而办结的，由报送人以外的人另行说明理由。"""
    said = {"done": done, "why_unresolved": why_unresolved}
    if refusal := _history_missing(**said):
        return refusal
    if not matter.case_unsolved and (refusal := _not_overdue(tier1_due_at, now=now)):
        if not office_override_reason:
            reason = f"{refusal.reason}仍要列入的，⟨office⟩须自己写明特殊列入理由，报送的理由不能代替。"
            return Refusal(reason, norms.LIST_ENTRY_GUARD, field="override_reason")
        if actor.account == matter.proposed_by:
            reason = "本件是您报送的，特殊列入须由另一人决定。"
            return Refusal(reason, norms.LIST_ENTRY_GUARD, field="override_reason")
    return None


DONE, WHY_UNRESOLVED = "须写明受理单位已做的工作。", "须写明未能按时解决的原因。"


def asked_of_entry(matter: MatterFacts, pack: Pack) -> Needs:
    """What an entry says where the report did not."""
    wanted = {"done": (matter.done, DONE), "why_unresolved": (matter.why_unresolved, WHY_UNRESOLVED)}
    return {name: (Need(why, norms.LIST_ENTRY_GUARD),) for name, (said, why) in wanted.items() if not said}


def _not_overdue(tier1_due_at: datetime | None, *, now: datetime) -> Refusal | None:
    if tier1_due_at is None:
        return Refusal("没有原办理时限，不能列入清单。", norms.LIST_ENTRY_GUARD, field="tier1_due_at")
    if tier1_due_at >= now:
        return Refusal(
            f"原办理时限{told(tier1_due_at)}还没有到，不属于未能按时解决的事项。",
            norms.LIST_ENTRY_GUARD,
            field="tier1_due_at",
        )
    return None


def _history_missing(*, done: str, why_unresolved: str) -> Refusal | None:
    if not done:
        return Refusal(DONE, norms.LIST_ENTRY_GUARD, field="done")
    if not why_unresolved:
        return Refusal(WHY_UNRESOLVED, norms.LIST_ENTRY_GUARD, field="why_unresolved")
    return None


@carries_out(norms.LIST_REPORT)
def may_enter_for(matter: MatterFacts, *, on_behalf_because: str, now: datetime) -> Refusal | None:
    """受理单位的报送期限还没有到的，清单管理机构代为登记须说明理由。"""
    due_at = matter.duties.get(DutyKind.REPORT)
    others = matter.parts.get(Part.REPORTER, frozenset()) - matter.parts.get(Part.OFFICE, frozenset())
    if others and due_at is not None and due_at >= now and not on_behalf_because:
        said = f"受理单位应在{told(due_at)}前报送情况；要先行登记的，写明代为登记的理由。"
        return Refusal(said, norms.LIST_REPORT, field="on_behalf_because")
    return None


@carries_out(norms.LIST_REGISTER, norms.IDENTITY_PROTECTED)
def may_join(matter: MatterFacts, other: MatterFacts | None) -> Refusal | None:
    """候选只并入另一件候选或在账的事项；要求保密的，不让别的受理单位参与，也不让被反映单位知道。"""
    if other is None or other.number == matter.number:
        return Refusal("没有找到要并入的事项，或就是本件。", norms.LIST_REGISTER, field="into")
    if other.stage not in (ListStage.CANDIDATE, *ON_LEDGER):
        return Refusal(f"{other.number}{other.stage.label}，不能并入。", norms.LIST_REGISTER, field="into")
    reporters = [m.parts.get(Part.REPORTER, frozenset()) for m in (matter, other)]
    if other.confidential and not reporters[0] <= reporters[1]:
        reason = "那一件的诉求人要求保密，别的受理单位不能参与，不能并入。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="into")
    theirs, ours = (frozenset[str]().union(*m.parts.values()) for m in (other, matter))
    if matter.secret and (theirs - ours).intersection(matter.accused):
        reason = "本件的被反映单位参与办理那一件，诉求人要求保密，不能并入。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="into")
    return None


@carries_out(norms.LIST_DROP, norms.LIST_OVERDUE)
def may_drop(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """工单还在承办单位、原办理时限已过的，就是未能按时解决的事项，须登记入账，不得不予列入。"""
    late = matter.case_due_at is not None and matter.case_due_at < now
    if late and matter.case_stage in LISTABLE and pack.binds(norms.LIST_OVERDUE):
        reason = "工单还没有办完，原办理时限已过，属于未能按时解决的事项，应登记入账；同一事项的，并入他件。"
        return Refusal(reason, norms.LIST_OVERDUE)
    return None


@carries_out(norms.LIST_REGISTER)
def may_use_number(*, origin_number: str, matter: str, case: str) -> Refusal | None:
    """同一渠道的同一原编号只有一件；平台有工单的，按工单号报送。"""
    if matter:
        return Refusal(f"渠道原编号{origin_number}已报送为{matter}。", None, field="origin_number")
    if case:
        said = f"渠道原编号{origin_number}已登记为{case}，请按工单号报送。"
        return Refusal(said, None, field="origin_number")
    return None


@carries_out(norms.LIST_OVERDUE, norms.LIST_ENTRY_GUARD)
def may_enter(
    *, tier1_due_at: datetime | None, done: str, why_unresolved: str, override_reason: str, now: datetime
) -> Refusal | None:
    """报送列入须有原办理时限且已过，写明已做的工作和未能按时解决的原因；例外须说明理由。"""
    if override_reason:
        return None
    return _not_overdue(tier1_due_at, now=now) or _history_missing(done=done, why_unresolved=why_unresolved)


@carries_out(norms.LIST_REGISTER, norms.LIST_ONE_TRACK)
def may_register(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """答复已报审核的，待审核、回访后再定；不在承办单位办理的，回到承办单位后再定。"""
    stage = matter.case_stage
    if stage is None or stage in LISTABLE or matter.case_unsolved:
        return None
    answered, elsewhere = (
        "答复已报审核，待审核、回访后再定。",
        f"工单现在是“{stage.label}”，不在承办单位办理，回到承办单位后再定。",
    )
    return Refusal(answered if stage in (Stage.SUBMITTED, Stage.CALLBACK) else elsewhere, norms.LIST_ONE_TRACK)


@carries_out(norms.LIST_ONE_TRACK)
def may_take_along(act: CaseAct, matter: MatterFacts | None, *, leaving: CaseAct) -> Refusal | None:
    """工单只随登记入账、尚未销号的事项列入清单，随交办改由承办单位办理，只随销号离开清单；诉求人可以回访的转回访。"""
    off = act in (CaseAct.LEAVE_LIST, CaseAct.CLOSE_LISTED)
    if matter is None or matter.stage not in (STRUCK if off else ON_LEDGER):
        what = "已经销号" if off else "登记入账、尚未销号"
        return Refusal(f"没有{what}的清单事项。", norms.LIST_ONE_TRACK)
    if act is CaseAct.FOLLOW_LIST and matter.until is None:
        return Refusal("清单事项还没有交办。", norms.LIST_ONE_TRACK)
    if off and act is not leaving:
        return Refusal(f"清单事项销号后，本件应办理“{leaving.label}”。", norms.LIST_ONE_TRACK)
    return None


@carries_out(norms.LIST_TRACK)
def may_be_archived(matter: MatterFacts | None) -> Refusal | None:
    """清单事项销号后还在跟踪的，工单不归档。"""
    if matter is not None and matter.stage == ListStage.TRACKING:
        return Refusal(f"清单事项{matter.list_number}还在销号后跟踪，工单不能归档。", norms.LIST_TRACK)
    return None


@carries_out(norms.LIST_OVERDUE)
def may_let_be(*, candidate: str) -> Refusal | None:
    """未解决而办结、列为候选的，由清单管理机构登记入账；不予列入的，受理单位才能决定不再办理。"""
    if candidate:
        reason = f"本件已列为清单候选{candidate}，⟨office⟩不予列入的，才能决定不再办理。"
        return Refusal(reason, norms.LIST_OVERDUE)
    return None


@carries_out(norms.LIST_OVERDUE)
def may_propose(case: CaseFacts, *, listed_as: str, now: datetime) -> Refusal | None:
    """只有办理时限已过，或者未解决而办结的，尚未列入的工单列为候选。"""
    if listed_as:
        return Refusal(f"工单{case.number}已列为{listed_as}。", norms.LIST_OVERDUE, field="case")
    if is_unsolved(case):
        return None
    due_at = tier1_due_at(case)
    if due_at is None or due_at >= now:
        return Refusal(f"工单{case.number}没有逾期。", norms.LIST_OVERDUE, field="case")
    return None


@carries_out(norms.LIST_REPORT)
def may_report_case(case: CaseFacts | None, *, listed_as: str) -> Refusal | None:
    """报送的工单须是本单位受理、尚未办结、尚未列入的。"""
    if case is None:
        return Refusal("没有找到这件工单，或不是本单位受理的。", None, field="case")
    if case.closed_at is not None:
        return Refusal(f"工单{case.number}已{case.stage.label}，不需要报送。", norms.LIST_REPORT, field="case")
    if listed_as:
        return Refusal(f"工单{case.number}已列为{listed_as}，请在该事项中补报情况。", norms.LIST_REPORT, field="case")
    return None


@carries_out(norms.LIST_REPORT, norms.NAMED_CHANNEL)
def may_report_own(*, channel: str, desk: str | None, title: str, content: str, pack: Pack) -> Refusal | None:
    """没有工单号的，须写明渠道、标题和事项概述；渠道须是规则列明、已确定受理单位的。"""
    if channel not in pack.channels:
        return Refusal("没有工单号的，须选择规定的渠道。", norms.NAMED_CHANNEL, field="channel")
    if desk is None:
        label = pack.channels[channel].label
        return Refusal(f"渠道“{label}”还没有确定受理单位。", norms.NAMED_CHANNEL, field="channel")
    if not title:
        return Refusal("没有工单号的，须写明标题。", norms.LIST_REPORT, field="title")
    if not content:
        return Refusal("没有工单号的，须写明事项概述。", norms.LIST_REPORT, field="content")
    return None


@carries_out(norms.LIST_REGISTER)
def may_be_kept_by(office: UnitFacts | None) -> Refusal | None:
    """清单须有已启用的管理机构。"""
    return None if office else Refusal("还没有启用⟨office⟩。", norms.LIST_REGISTER)


@carries_out(norms.IDENTITY_PROTECTED)
def may_be_listed(case: Accusing, *, bodies: Iterable[Collection[UnitFacts]]) -> Refusal | None:
    """要求保密的，清单管理机构、督查考核机构就是被反映单位、又没有同类的另一机构的，不列入清单，由受理单位办到底。"""
    for same in bodies:
        if refusal := may_go_to_body(same, case=case):
            said = f"{refusal.reason.rstrip('。')}，本件不列入清单，由受理单位办到底。"
            return Refusal(said, norms.IDENTITY_PROTECTED, field="case")
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_accuse_on_list(matter: MatterFacts, accused: Collection[str], *, secret: bool) -> Refusal | None:
    """要求保密、已列为候选或者在账的，补记的不是正在管理、督查、办理这一事项的单位。"""
    if secret and frozenset[str]().union(*matter.parts.values()).intersection(accused):
        reason = f"被反映单位正参与清单事项{matter.number}，诉求人要求保密：先改交办，或者不予列入、销号以后再登记。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="accused")
    return None


@carries_out(norms.LIST_KEY_BASIS)
def may_rest_on_number(key_basis: KeyBasis | None, *, by_number: bool) -> Refusal | None:
    """填写批示编号的，依据是领导批示。"""
    if by_number and key_basis is not KeyBasis.INSTRUCTION:
        return Refusal("填写了批示编号的，重点依据应为“领导批示”。", norms.LIST_KEY_BASIS, field="key_basis")
    return None


@carries_out(norms.LIST_KEY_BASIS)
def may_rest_on_meeting(key_basis: KeyBasis | None, *, by_meeting: bool) -> Refusal | None:
    """填写会商会议编号的，依据是会商确定。"""
    if by_meeting and key_basis is not KeyBasis.MEETING:
        return Refusal("填写了会商会议编号的，重点依据应为“会商确定”。", norms.LIST_KEY_BASIS, field="key_basis")
    return None


@carries_out(norms.LIST_KEY_BASIS, norms.LIST_CLASSIFY)
def may_classify(
    *,
    before: MatterClass | None,
    after: MatterClass,
    key_basis: KeyBasis | None,
    reference: str,
    minutes: bool,
    pack: Pack,
) -> Refusal | None:
    """列为或不再列为重点、重要特殊，须经会商确定（写明纪要编号）或领导批示；调低分类的，会商纪要须当时附上。"""
    heavy = {before, after} - {None, MatterClass.GENERAL}
    if not heavy or not pack.binds(norms.LIST_KEY_BASIS):
        return None
    if key_basis is None:
        what = after.label if after != MatterClass.GENERAL else "不再列为重点"
        return Refusal(f"{what}须经会商确定或领导批示，请填写依据。", norms.LIST_KEY_BASIS, field="key_basis")
    if key_basis == KeyBasis.MEETING and not reference:
        return Refusal("须写明会商纪要编号。", norms.LIST_KEY_BASIS, field="reference")
    if key_basis == KeyBasis.MEETING and not minutes and _is_lighter(after, before):
        reason = "调低分类后督查考核机构不再跟踪，会商纪要须当时附上，不能事后补附。"
        return Refusal(reason, norms.LIST_KEY_BASIS, field="attachments")
    return None


@carries_out(norms.LIST_KEY_BASIS)
def may_stay_lighter(matter: MatterFacts, *, before: MatterClass | None) -> Refusal | None:
    """凭批示调低分类的，批示核实以后才能销号。"""
    if matter.matter_class is not None and _is_lighter(matter.matter_class, before):
        return Refusal("调低分类所凭的批示还没有核实，核实后再销号。", norms.LIST_KEY_BASIS)
    return None


def _is_lighter(after: MatterClass, before: MatterClass | None) -> bool:
    weights = list(MatterClass)
    return before is not None and weights.index(after) < weights.index(before)


@carries_out(norms.LIST_KEY_BASIS)
def may_add_key_paper(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """会商确定而纪要未附的，补附纪要。"""
    if DutyKind.KEY_PAPER not in matter.duties:
        return Refusal("没有要补附的会商纪要。", norms.LIST_KEY_BASIS, moot=True)
    return None


@carries_out(norms.LIST_ASSIGN)
def may_assign_to(
    unit: UnitFacts | None, *, offices: Collection[str], pack: Pack, field: str = "lead"
) -> Refusal | None:
    """交办须给已启用、责任人在任的承办单位；清单管理机构和督查考核机构不得交办给自己。"""
    if unit is None or not pack.can(unit.type, Capacity.HANDLING):
        return Refusal("没有这个承办单位。", None, field=field)
    if not unit.active:
        return Refusal(f"{unit.name}尚未启用（责任人未明确），不能交办。", norms.LIST_ASSIGN, field=field)
    if unit.code in offices:
        return Refusal("承办单位不能是清单管理机构或督查考核机构自己。", norms.LIST_ASSIGN, field=field)
    return may_take_work(unit, pack, field=field)


@carries_out(norms.LIST_ASSIGN)
def may_share(*, lead: str, co_units: Collection[str]) -> Refusal | None:
    """配合单位不能重复，也不能是牵头单位自己。"""
    if lead in co_units or len(set(co_units)) != len(co_units):
        return Refusal("配合单位不能重复，也不能是牵头单位自己。", norms.LIST_ASSIGN, field="co_units")
    return None


@carries_out(norms.LIST_ASSIGN, norms.LIST_HANDLE)
def may_set_limit(due_at: datetime, *, now: datetime) -> Refusal | None:
    """交办须定办理期限，期限应在现在之后。"""
    if due_at <= now:
        today = now.astimezone(ZONE).date()
        return Refusal(f"办理期限应在今天（{today}）下班以后。", norms.LIST_ASSIGN, field="due_on")
    return None


@carries_out(norms.LIST_ASSIGN)
def may_reassign(*, before: str | None, lead: str) -> Refusal | None:
    """改交办须换一个承办单位。"""
    if before == lead:
        return Refusal("本件正由该单位承办。", norms.LIST_ASSIGN, field="lead")
    return None


@carries_out(norms.LIST_COPY, held_by=(Capacity.SUPERVISION,))
def may_copy_to(supervision: UnitFacts | None, *, pack: Pack) -> Refusal | None:
    """交办须同时抄送督查考核机构。"""
    if supervision is None and pack.binds(norms.LIST_COPY):
        return Refusal("还没有启用督查考核机构，无从抄送，不能交办。", norms.LIST_COPY)
    return None


@carries_out(norms.LIST_URGE)
def may_track(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """跟踪督办只对重点、重要特殊事项。"""
    return None if matter.key else Refusal("一般事项不需要跟踪督办，可以催办督办。", norms.LIST_URGE, moot=True)


@carries_out(norms.LIST_URGE)
def may_track_on(next_on: date | None, *, today: date, stage: ListStage) -> Refusal | None:
    """下次跟踪期限应在今天之后；已经确认办结的不再跟踪。"""
    if next_on is None:
        return None
    if stage is ListStage.CONFIRMED:
        return Refusal("已经确认办结，不再定下次跟踪期限。", norms.LIST_URGE, field="next_on")
    if next_on <= today:
        return Refusal(f"下次跟踪期限应在今天（{today}）之后。", norms.LIST_URGE, field="next_on")
    return None


SENT = (ListStage.REVIEW, ListStage.CONFIRMED)
"""Where the unit has sent its feedback."""


def asked_of_look(matter: MatterFacts, pack: Pack) -> Needs:
    """What a look cannot do without: of a special matter, until when the unit tells how far it is."""
    told = matter.stage in SENT or DutyKind.TRACK_REPLY in matter.duties
    if matter.matter_class != MatterClass.SPECIAL or told or not pack.binds(norms.LIST_TRACK):
        return {}
    return {"feedback_by": (Need("重要特殊事项须限时反馈，请定承办单位的反馈期限。", norms.LIST_TRACK),)}


@carries_out(norms.LIST_TRACK)
def may_want_feedback(matter: MatterFacts, feedback_by: date | None, *, today: date) -> Refusal | None:
    """跟踪督办可以定承办单位的反馈期限，在今天之后；已经报送反馈、上一次的反馈还没有到的，不再另定。"""
    if feedback_by is None:
        return None
    if matter.stage in SENT:
        return Refusal("承办单位已经报送反馈，不再定反馈期限。", norms.LIST_TRACK, field="feedback_by")
    if DutyKind.TRACK_REPLY in matter.duties:
        return Refusal("上一次要求的反馈还没有到，不再另定期限。", norms.LIST_TRACK, field="feedback_by")
    if feedback_by <= today:
        return Refusal(f"反馈期限应在今天（{today}）之后。", norms.LIST_TRACK, field="feedback_by")
    return None


@carries_out(norms.LIST_TRACK)
def may_reply_track(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """跟踪督办时定了期限的，承办单位才需要反馈。"""
    if DutyKind.TRACK_REPLY not in matter.duties:
        return Refusal("没有要求限时反馈的。", norms.LIST_TRACK, moot=True)
    return None


@carries_out(norms.LIST_SUPERVISE_KEY)
def may_go_unwatched(matter: MatterFacts, pack: Pack) -> Refusal | None:
    """重点、重要特殊事项本轮没有跟踪督办记录的，不能销号。"""
    if matter.key and not matter.looks and pack.binds(norms.LIST_SUPERVISE_KEY):
        return Refusal("重点事项没有督查记录，不能销号：请督查考核机构先登记跟踪督办。", norms.LIST_SUPERVISE_KEY)
    return None


def owing(matter: MatterFacts, actor: Actor) -> frozenset[str]:
    """The actor's units that still owe their cooperation, of those for which the actor does the work."""
    return matter.cooperating & {seat.unit for seat in actor.seats if seat.post == Post.HANDLER}


@carries_out(norms.LIST_COOPERATE)
def may_record_cooperation(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """交办时确定的配合单位登记本单位的配合情况，一次。"""
    return None if owing(matter, actor) else Refusal("本单位没有待登记的配合情况。", norms.LIST_COOPERATE, moot=True)


@carries_out(norms.LIST_COORDINATE)
def may_coordinate_with(unit: UnitFacts | None, *, owing: Collection[str], pack: Pack) -> Refusal | None:
    """协调任务交给在册的承办单位；上一项还没有报告的，不再交新的。"""
    if unit is None or not unit.active or not pack.can(unit.type, Capacity.HANDLING):
        return Refusal("协调任务单位须是在册的承办单位。", norms.LIST_COORDINATE, field="units")
    if unit.code in owing:
        return Refusal(f"{unit.name}还有协调任务没有报告。", norms.LIST_COORDINATE, field="units")
    return None


@carries_out(norms.LIST_COORDINATE)
def may_coordinate_until(due_on: date | None, *, today: date) -> Refusal | None:
    """协调任务的完成时限不早于今天。"""
    if due_on is None or due_on >= today:
        return None
    return Refusal(f"完成时限不能早于今天（{today}）。", norms.LIST_COORDINATE, field="due_on")


@carries_out(norms.LIST_COORDINATE)
def may_report_coordination(owing: Collection[str], actor: Actor) -> Refusal | None:
    """有协调任务的单位报告一次。"""
    if any(seat.unit in owing and seat.post == Post.HANDLER for seat in actor.seats):
        return None
    return Refusal("本单位没有待报告的协调任务。", norms.LIST_COORDINATE, moot=True)


@carries_out(norms.LIST_URGE)
def may_reply(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有待回复的催办督办才需要回复。"""
    if DutyKind.URGE_REPLY not in matter.duties:
        return Refusal("没有待回复的催办督办。", norms.LIST_URGE)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_relay(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """只有要求保密的，承办单位才请清单管理机构转达。"""
    return may_ask_desk(confidential=matter.confidential)


@carries_out(norms.IDENTITY_PROTECTED)
def may_answer_relay(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """有待转达的，清单管理机构才登记转达情况。"""
    return may_pass_on(owed=DutyKind.RELAY in matter.duties)


@carries_out(norms.IDENTITY_PROTECTED)
def may_have_told(at: datetime, *, now: datetime) -> Refusal | None:
    """转达时间不得晚于现在。"""
    if at > now:
        return Refusal(f"转达时间不能晚于现在（{told(now)}）。", None, field="told_at")
    return None


@carries_out(norms.LIST_HANDLE, norms.ANSWER_EXPLAINED)
def may_feed_back(
    *,
    outcome: ClosureType,
    policy_basis: str,
    told_at: datetime | None,
    since: datetime | None,
    now: datetime,
    pack: Pack,
) -> Refusal | None:
    """办理结论限于四种；解释说明的须有政策法规依据；须在交办之后反馈诉求人。"""
    if outcome not in CONCLUSIONS:
        return Refusal("办理结论应为已解决、部分解决、解释说明或承诺办理。", None, field="outcome")
    if refusal := may_conclude_as(outcome, pack=pack, field="outcome"):
        return refusal
    if outcome == ClosureType.EXPLAINED and not policy_basis and pack.binds(norms.ANSWER_EXPLAINED):
        return Refusal("暂不能解决的，须写明政策法规依据，向诉求人讲清。", norms.ANSWER_EXPLAINED, field="policy_basis")
    if told_at is not None and (words := untimely(told_at, of="交办", since=since, now=now)):
        return Refusal(f"反馈诉求人的时间{words}。", norms.LIST_HANDLE, field="told_at")
    return None


@carries_out(norms.SIGN_OFF)
def may_send(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """办理结果由起草人以外的人审核把关后报送；主要负责人本人起草的，可以自己签字。"""
    head = actor.holds(Post.HEAD, unit=matter.lead)
    if actor.account == matter.drafted_by and not head and pack.binds(norms.SIGN_OFF):
        return Refusal("办理结果是您起草的，须由本单位另一人审核把关后报送。", norms.SIGN_OFF)
    return None


@carries_out(norms.LIST_FEEDBACK_PROOF)
def may_submit(matter: MatterFacts, actor: Actor, *, proof: Proof | None, seal: Collection[int]) -> Refusal | None:
    """办理结果须经承办单位主要负责人（含代理）本人签字，或加盖公章并附扫描件，二者必居其一。"""
    if proof is None:
        return Refusal(
            "办理结果须经承办单位⟨head⟩签字或加盖公章后报送，现在两样都没有。",
            norms.LIST_FEEDBACK_PROOF,
            field="proof",
        )
    if proof == Proof.SIGNATURE and not actor.holds(Post.HEAD, unit=matter.lead):
        return Refusal(
            "签字须由承办单位今天在任的⟨head⟩（含代理）本人办理；⟨head⟩不在的，可加盖公章。",
            norms.LIST_FEEDBACK_PROOF,
            field="proof",
        )
    if proof == Proof.SEAL and not seal:
        return Refusal("加盖公章的，须附盖章件扫描。", norms.LIST_FEEDBACK_PROOF, field="seal")
    return None


def another_unit(matter: MatterFacts, actor: Actor, pack: Pack) -> Allowed:
    """To whom a matter is given from the unit that has it."""
    return {"lead": lambda unit: may_reassign(before=matter.lead, lead=unit.code) is None}


def settled_at_last(matter: MatterFacts, actor: Actor, pack: Pack) -> Allowed:
    """As what a tracked matter may end."""
    return {"settled": [said for said in Settled if may_end_tracking(settled=said) is None]}


def conclusions(matter: MatterFacts, actor: Actor, pack: Pack) -> Allowed:
    """What a feedback may say."""
    told = [
        method
        for method in FeedbackMethod
        if may_be_told_by(
            through_desk=method is FeedbackMethod.THROUGH_DESK, confidential=matter.confidential, field=""
        )
        is None
    ]
    return {"outcome": with_promises(CONCLUSIONS, pack), "told_method": told}


FED_BACK = Need("请填写怎样反馈诉求人的。", norms.LIST_HANDLE)


def asked_of_feedback(matter: MatterFacts, pack: Pack) -> Needs:
    """What a feedback cannot do without."""
    words = "暂不能解决的，须写明政策法规依据，向诉求人讲清。"
    explained = Need(words, norms.ANSWER_EXPLAINED, when={"outcome": (ClosureType.EXPLAINED,)})
    basis = [explained] if pack.binds(norms.ANSWER_EXPLAINED) else []
    if matter.appeal_type in BASED and pack.binds(norms.ANSWER_POLICY_BASIS):
        basis.append(Need(f"{matter.appeal_type.label}的办理结果须写明政策法规依据。", norms.ANSWER_POLICY_BASIS))
    return {
        **({} if matter.requester is None else {"told_method": (FED_BACK,)}),
        **({"policy_basis": tuple(basis)} if basis else {}),
    }


def proofs(matter: MatterFacts, actor: Actor, pack: Pack) -> Allowed:
    """By what somebody may make the feedback their unit's own: whoever is not its head, by its seal alone."""
    head = actor.holds(Post.HEAD, unit=matter.lead)
    return {"proof": [proof for proof in Proof if head or proof is not Proof.SIGNATURE]}


def asked_of_proof(matter: MatterFacts, pack: Pack) -> Needs:
    """A feedback goes to the office signed or sealed, sealed with the scan."""
    bare = "办理结果须经承办单位⟨head⟩签字或加盖公章后报送，现在两样都没有。"
    scan = Need("加盖公章的，须附盖章件扫描。", norms.LIST_FEEDBACK_PROOF, when={"proof": (Proof.SEAL,)})
    return {"proof": (Need(bare, norms.LIST_FEEDBACK_PROOF),), "seal": (scan,)}


@carries_out(norms.LIST_FEEDBACK_PROOF)
def may_be_seal(scans: Collection[AttachmentRef]) -> Refusal | None:
    """盖章件扫描须是图片或 PDF。"""
    if any(not scan.mime.startswith(SCANS) for scan in scans):
        return Refusal("盖章件扫描应为图片或 PDF。", norms.LIST_FEEDBACK_PROOF, field="seal")
    return None


@carries_out(norms.LIST_REVIEW, norms.LIST_SEND_BACK, norms.LIST_STRIKE_OFF_SEPARATION)
def may_review(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """审核的人不得是报送列入、拟写或报送反馈的人。"""
    if actor.account in (matter.drafted_by, matter.submitted_by):
        return Refusal("办理结果是您拟写或报送的，须由另一人审核。", norms.LIST_REVIEW)
    if actor.account == matter.proposed_by and pack.binds(norms.LIST_STRIKE_OFF_SEPARATION):
        return Refusal("本件是您报送列入的，须由另一人确认办结。", norms.LIST_STRIKE_OFF_SEPARATION)
    return None


@carries_out(norms.LIST_SUPERVISION_FEEDBACK)
def may_supervise(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """督查反馈只对重点、重要特殊事项，每轮一次，不得由反馈或确认办结的人作出。"""
    if not matter.key:
        return Refusal("一般事项销号前不需要督查反馈。", norms.LIST_SUPERVISION_FEEDBACK)
    if not matter.awaits_supervision:
        return Refusal("本轮已有督查反馈。", norms.LIST_SUPERVISION_FEEDBACK)
    if actor.account in (matter.confirmed_by, matter.drafted_by, matter.submitted_by):
        reason = "本件由您反馈或确认办结，须由另一人督查。"
        return Refusal(reason, norms.LIST_SUPERVISION_FEEDBACK)
    return may_go_unwatched(matter, pack)


@carries_out(norms.LIST_STRIKE_OFF, norms.LIST_STRIKE_OFF_SEPARATION)
def may_leave_ledger(
    matter: MatterFacts, actor: Actor, pack: Pack, *, heavier: MatterClass | None = None
) -> Refusal | None:
    """销号的人不得是报送列入、报送反馈、确认办结或督查反馈的人。"""
    if pack.binds(norms.LIST_STRIKE_OFF_SEPARATION):
        if actor.account == matter.confirmed_by:
            return Refusal("本件由您确认办结，须由另一人销号。", norms.LIST_STRIKE_OFF_SEPARATION)
        if actor.account in (matter.proposed_by, matter.drafted_by, matter.submitted_by):
            return Refusal("本件由您报送列入或反馈，须由另一人销号。", norms.LIST_STRIKE_OFF_SEPARATION)
        if actor.account == matter.supervised_by:
            return Refusal("本件由您督查反馈，须由另一人销号。", norms.LIST_STRIKE_OFF_SEPARATION)
    return may_stay_lighter(matter, before=heavier) or may_go_unwatched(matter, pack)


@carries_out(norms.LIST_TRACK)
def may_strike_off(
    matter: MatterFacts, actor: Actor, now: datetime, pack: Pack, *, heavier: MatterClass | None = None
) -> Refusal | None:
    """重要特殊事项销号后须持续跟踪。"""
    if matter.matter_class == MatterClass.SPECIAL and pack.binds(norms.LIST_TRACK):
        return Refusal("重要特殊事项销号后须持续跟踪，请办理“销号并跟踪”。", norms.LIST_TRACK)
    return may_leave_ledger(matter, actor, pack, heavier=heavier)


@carries_out(norms.LIST_TRACK)
def may_strike_off_and_track(
    matter: MatterFacts, actor: Actor, now: datetime, pack: Pack, *, heavier: MatterClass | None = None
) -> Refusal | None:
    """只有重要特殊事项销号后跟踪。"""
    if matter.matter_class != MatterClass.SPECIAL:
        return Refusal("只有重要特殊事项销号后跟踪，请直接销号。", norms.LIST_TRACK)
    return may_leave_ledger(matter, actor, pack, heavier=heavier)


@carries_out(norms.LIST_TRACK)
def may_recheck_on(on: date, *, today: date) -> Refusal | None:
    """复查期限应在今天之后。"""
    if on <= today:
        return Refusal(f"复查期限应在今天（{today}）之后。", norms.LIST_TRACK, field="recheck_on")
    return None


@carries_out(norms.LIST_TRACK)
def may_stop_tracking(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    """诉求人还没有问过、还在重办，或者未解决的还没有决定怎样处理的，继续跟踪。"""
    stage = matter.case_stage
    if stage is not None and stage not in CASE_ENDS:
        reason = f"工单现在是“{stage.label}”，还没有办结，不能结束跟踪：请继续复查，或者重新办理。"
        return Refusal(reason, norms.LIST_TRACK)
    if matter.case_unsolved:
        reason = "诉求人认为没有解决，工单还没有决定怎样处理，不能结束跟踪：请继续复查，或者重新办理。"
        return Refusal(reason, norms.LIST_TRACK)
    return None


def asked_of_end(matter: MatterFacts, pack: Pack) -> Needs:
    """Nobody stops following a special matter without saying that it is solved."""
    if not pack.binds(norms.LIST_TRACK):
        return {}
    return {"settled": (Need("须写明问题是否解决：重要特殊事项持续跟踪，直至落实解决。", norms.LIST_TRACK),)}


@carries_out(norms.LIST_TRACK)
def may_end_tracking(*, settled: Settled | None) -> Refusal | None:
    """没有解决的继续跟踪，直至落实解决。"""
    if settled is Settled.NO:
        reason = "问题没有解决的不能结束跟踪：请继续复查，或者重新办理。"
        return Refusal(reason, norms.LIST_TRACK, field="settled")
    return None


@carries_out(norms.LIST_RECONCILE)
def balances(*, opening: int, entered: int, reopened: int, struck_off: int, closing: int, counted: int | None) -> bool:
    """期初＋新列入＋重新列入－销号＝期末；当月期末应与在账件数相符。"""
    return opening + entered + reopened - struck_off == closing and counted in (None, closing)


@carries_out(norms.LIST_ASSIGN)
def may_go_back(*, ended: bool) -> Refusal | None:
    """承办单位撤销的，清单事项重新交办。"""
    return None if ended else Refusal("承办单位没有撤销，仍由它承办。", norms.LIST_ASSIGN)
