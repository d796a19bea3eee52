"""Rules of instructions: what must be entered for a leader, and who may say that it is true."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from bihuan.instructions.types import (
    KEEPER_HEAD,
    MOST_TASKS,
    OFFICER,
    Confirming,
    Instruction,
    InstructionDuty,
    InstructionFacts,
    InstructionStage,
    Purpose,
    ToConfirm,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.pack import Capacity, Pack

SCANS = ("image/", "application/pdf")
"""Beginnings of the media types that a scan may have."""
_MISSING = {
    "leader": "登记批示须写明批示领导的职务。",
    "issued_on": "登记批示须写明批示日期。",
    "reference": "登记批示须写明批示文号。",
    "text": "登记批示须写明批示内容。",
    "scan": "登记批示须上传批示件扫描。",
}


@carries_out(
    norms.LINKAGE_COORDINATE,
    norms.WHISTLE_COORDINATE,
    norms.WHISTLE_KEY,
    norms.DISTRICT_DESIGNATES,
    norms.LIST_KEY_BASIS,
    norms.INSTRUCTION_BY_POST,
)
def may_rest_on(
    given: Instruction,
    *,
    norm: Norm,
    today: date,
    leaders: Collection[str],
    by: str,
    stands_in: Mapping[str, str] = MappingProxyType({}),
    later: Collection[str] = (),
) -> Refusal | None:
    """登记批示须写明职务、日期、文号、内容并附扫描件；当日有领导在任的须指明是哪一位，且不是登记人自己。

    `later` are the parts that follow on paper after what was said on the telephone.
    """
    for part, reason in _MISSING.items():
        if part not in later and not getattr(given, part):
            return Refusal(reason, norm, field=stands_in.get(part, part))
    if given.issued_on is not None and given.issued_on > today:
        return Refusal(f"批示日期不能晚于今天（{today}）。", norm, field="issued_on")
    if given.account == by and by:
        return Refusal("不能登记自己的批示：批示领导请以本人职务直接办理。", norm, field="leader_account")
    if (leaders or given.account) and given.account not in leaders:
        return Refusal("请选择批示领导，须是批示当日在任的领导。", norm, field="leader_account")
    return None


@carries_out(
    norms.LINKAGE_COORDINATE,
    norms.WHISTLE_COORDINATE,
    norms.WHISTLE_KEY,
    norms.DISTRICT_DESIGNATES,
    norms.LIST_KEY_BASIS,
    norms.INSTRUCTION_BY_POST,
)
def may_be_scan(mimes: Collection[str], *, norm: Norm, field: str = "scan") -> Refusal | None:
    """批示件扫描须是图片或 PDF。"""
    if not all(mime.startswith(SCANS) for mime in mimes):
        return Refusal("批示件扫描应为图片或 PDF。", norm, field=field)
    return None


@carries_out(
    norms.LINKAGE_COORDINATE,
    norms.WHISTLE_COORDINATE,
    norms.WHISTLE_KEY,
    norms.DISTRICT_DESIGNATES,
    norms.LIST_KEY_BASIS,
    norms.INSTRUCTION_BY_POST,
)
def may_verify(entered: ToConfirm | None, actor: Actor, *, norm: Norm) -> Refusal | None:
    """登记人不得自己核实；批示领导有账号的由本人（已离任的由继任者）核实，没有的由督查机构或登记单位负责人核实。"""
    if entered is None:
        return Refusal("没有待核实的批示。", norm, moot=True)
    if actor.account == entered.entered_by:
        return Refusal("批示是您登记的，须由别人核实。", norm)
    if entered.post == Post.LEADER:
        if entered.in_office and actor.account != entered.account:
            return Refusal(f"须由批示领导本人（{entered.account_name}）核实。", norm)
        if not actor.holds(Post.LEADER, unit=entered.holder):
            return Refusal("须由接任的领导核实。", norm)
        return None
    heads = actor.holds(Post.HEAD, Post.DEPUTY, Post.LIST_DIRECTOR, unit=entered.unit)
    if not heads and not actor.holds(Post.SUPERVISOR, unit=entered.holder):
        return Refusal("须由督查机构，或登记单位的负责人核实。", norm)
    return None


_by_post, _tasks = norms.INSTRUCTION_BY_POST, norms.INSTRUCTION_TASKS


@carries_out(norms.INSTRUCTION_BY_POST)
def keeper_of(bodies: Sequence[UnitFacts], desks: Sequence[UnitFacts]) -> UnitFacts | Refusal:
    """领导在系统内作出的批示由督查机构承接；没有督查机构的由受理平台承接。"""
    found = next(iter((*bodies, *desks)), None)
    if found is None:
        return Refusal("还没有设承接批示的单位，不能在系统内作出批示。", _by_post)
    return found


@carries_out(norms.INSTRUCTION_BY_POST)
def may_name(
    found: InstructionFacts | None, *, number: str, subjects: Collection[str], purpose: Purpose, besides: str
) -> Refusal | None:
    """凭批示编号办理的，批示已经生效、提到本件、用途相符；批示的其余各栏不再填写。"""
    if besides:
        return Refusal("填写了批示编号的，批示的其余各栏不再填写。", _by_post, field=besides)
    if found is None:
        reason = f"没有{number}这件批示，或者它不在您的职务可以办理的范围内。"
        return Refusal(reason, None, field="instruction_number")
    if found.stage not in (InstructionStage.IN_FORCE, InstructionStage.REPORTED):
        return Refusal("批示还没有生效，或者已经审结、失效。", _by_post, field="instruction_number")
    if not {*subjects} & {*found.about}:
        return Refusal("批示没有提到本件。", _by_post, field="instruction_number")
    if found.purpose is not purpose:
        reason = f"批示的用途是“{found.purpose.label}”，不是“{purpose.label}”。"
        return Refusal(reason, _by_post, field="instruction_number")
    return None


@carries_out(norms.INSTRUCTION_TASKS)
def may_task(unit: UnitFacts | None, *, tasked: Collection[str], pack: Pack) -> Refusal | None:
    """交办给在用的承办单位；已经交办、还没有报告的不重复交办，同时办理的不超过十项。"""
    if unit is None or not unit.active or not pack.can(unit.type, Capacity.HANDLING):
        return Refusal("请选择在用的承办单位。", None, field="units")
    if unit.code in tasked:
        return Refusal(f"{unit.name}已有任务，还没有报告办理情况。", _tasks, field="units")
    if len(tasked) >= MOST_TASKS:
        return Refusal(f"同时办理的任务不超过{MOST_TASKS}项。", _tasks, field="units")
    return None


@carries_out(norms.INSTRUCTION_TASKS)
def may_want_by(due_on: date | None, *, today: date, latest: date | None = None) -> Refusal | None:
    """报告时限在今天以后、一年以内；批示已在办理的，不晚于上报的时限，上报时限不因加派任务顺延。"""
    if due_on is None:
        return None
    if not today < due_on <= today + timedelta(days=365):
        return Refusal(f"报告时限应在今天（{today}）以后、一年以内。", _tasks, field="due_on")
    if latest is not None and due_on > latest:
        return Refusal(f"报告时限不能晚于上报批示办理情况的时限（{latest}）。", _tasks, field="due_on")
    return None


@carries_out(norms.INSTRUCTION_TASKS)
def may_report(instruction: InstructionFacts, actor: Actor) -> Refusal | None:
    """交办的单位各自报告，报告一次。"""
    if instruction.seat_owing(actor) is None:
        return Refusal("本单位已经报告。", _tasks, moot=True)
    return None


@carries_out(norms.INSTRUCTION_TASKS)
def may_have_done(done_on: date | None, *, since: date, today: date) -> Refusal | None:
    """办结日期在批示日期之后，不晚于今天。"""
    if done_on is None or since <= done_on <= today:
        return None
    return Refusal(f"办结日期应在批示日期（{since}）之后，不晚于今天（{today}）。", _tasks, field="done_on")


@carries_out(norms.INSTRUCTION_SCAN)
def may_add_scan(instruction: InstructionFacts) -> Refusal | None:
    """电话批示补交一次扫描件。"""
    if InstructionDuty.SCAN not in instruction.duties:
        return Refusal("这件批示不需要补交扫描件。", norms.INSTRUCTION_SCAN, moot=True)
    return None


@carries_out(norms.INSTRUCTION_BY_POST)
def may_decide(instruction: InstructionFacts, confirming: Confirming, actor: Actor) -> Refusal | None:
    """批示由领导本人（已离任的由继任者）审结、撤销，或由督查机构凭领导意见代为登记；登记、上报的人不得代为登记。"""
    leads = actor.holds(Post.LEADER, unit=confirming.holder) and confirming.post == Post.LEADER
    if leads:
        if confirming.in_office and confirming.account and actor.account != confirming.account:
            return Refusal(f"须由批示领导本人（{confirming.account_name}）办理。", _by_post)
        return None
    if actor.account in (instruction.entered_by, instruction.reported_by):
        return Refusal("批示是您登记或者上报的，须由别人办理。", _by_post)
    officers = instruction.parts.get(str(OFFICER.part), frozenset())
    if any(actor.holds(*OFFICER.posts, unit=unit) for unit in officers):
        return None
    if confirming.post == Post.HEAD and actor.holds(*KEEPER_HEAD.posts, unit=instruction.unit):
        return None
    return Refusal("须由批示领导，或由督查机构凭领导意见办理。", _by_post)


@carries_out(norms.INSTRUCTION_BY_POST)
def must_show_word(scan: Collection[int], *, in_person: bool) -> Refusal | None:
    """不是领导本人办理的，须附领导意见的扫描。"""
    if not in_person and not scan:
        return Refusal("代为登记的须附写有领导意见的扫描件。", _by_post, field="scan")
    return None


@carries_out(norms.INSTRUCTION_BY_POST)
def is_in_force(instruction: InstructionFacts) -> Refusal | None:
    """批示办理单在批示生效以后出具。"""
    if instruction.stage in (InstructionStage.ENTERED, InstructionStage.VOID):
        return Refusal("批示还没有生效，或者已经失效。", _by_post)
    return None
