"""Rules of instructions: what must be entered for a leader, and who may say that it is true."""

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType

from bihuan.instructions.types import Instruction, InstructionRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import Post
from bihuan.policy import norms

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
)
def may_rest_on(
    given: Instruction,
    *,
    norm: Norm,
    today: date,
    leaders: Collection[str],
    by: str,
    stands_in: Mapping[str, str] = MappingProxyType({}),
) -> Refusal | None:
    """登记批示须写明职务、日期、文号、内容并附扫描件；当日有领导在任的须指明是哪一位，且不是登记人自己。"""
    for part, reason in _MISSING.items():
        if not getattr(given, part):
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
)
def may_verify(entered: InstructionRow | None, actor: Actor, *, norm: Norm) -> Refusal | None:
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
