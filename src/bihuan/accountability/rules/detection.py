"""Rules of what the record shows of units: when an event opens a clue, and the near miss that opens none."""

from collections.abc import Mapping
from datetime import datetime

from bihuan.dispatch.types import UnitFollowUp
from bihuan.feedback.types import Satisfied, SendBackReason
from bihuan.joint.types import Grade
from bihuan.kernel.norm import carries_out
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Pack

REFUSED, SILENT = "referral.case-refused", "case.silence-noticed"
"""The events that a refusal was put on file, and that a designated unit does nothing."""
Said = Mapping[str, object]
"""What an event says."""


@carries_out(norms.ACCOUNT_SITUATION_1)
def denies_satisfaction(callback: Said, *, follow_up: object) -> bool:
    """答复写明诉求人满意，平台联系上以后说不满意；基本满意、答复没有写的不算。"""
    return (
        bool(callback.get("reached"))
        and callback.get("satisfied") == Satisfied.NO
        and follow_up == UnitFollowUp.SATISFIED
    )


@carries_out(norms.ACCOUNT_SITUATION_1)
def denies_contact(callback: Said, *, uncontacted: str, through_desk: bool) -> bool:
    """答复称已反馈诉求人，诉求人说承办单位没有联系；没有联系上、没有问、由受理单位转达、答复写明没有联系的不算。"""
    said_so = not uncontacted and not through_desk
    return bool(callback.get("reached")) and callback.get("contacted_by_unit") is False and said_so


@carries_out(norms.ACCOUNT_SITUATION_1)
def denies_facts(callback: Said) -> bool:
    """诉求人说答复不属实。"""
    return bool(callback.get("reached")) and callback.get("facts_true") is False


@carries_out(norms.ACCOUNT_SITUATION_1)
def is_not_factual(sent_back: Said) -> bool:
    """审核以与事实不符退回。"""
    return sent_back.get("reason_code") == SendBackReason.NOT_FACTUAL


@carries_out(norms.ACCOUNT_SITUATION_2)
def evades(norm: str) -> bool:
    """被指定、经认定以后仍退单、再请求认定的；只是过了退单时限的不算。"""
    return norm in (norms.RETURN_BARRED_FOR_DESIGNATED_LEAD.name, norms.RETURN_BARRED_FOR_ADJUDICATED_LEAD.name)


@carries_out(norms.ACCOUNT_SITUATION_3)
def is_poor(grade: str) -> bool:
    """评价为差。"""
    return grade == Grade.POOR


@carries_out(norms.ACCOUNT_SITUATION_3)
def is_average(grade: str) -> bool:
    """评价为一般。"""
    return grade == Grade.AVERAGE


@carries_out(norms.ACCOUNT_SITUATION_WHISTLE, norms.WHISTLE_MISUSE)
def is_misuse(times: int, pack: Pack) -> bool:
    """一年内经裁定吹错哨达到规定次数。"""
    return pack.binds(norms.WHISTLE_MISUSE) and times >= pack.parameter(norms.WHISTLE_MISUSE, "wrong", 1)


def quarter_of(at: datetime) -> datetime:
    """所在季度的开始。"""
    local = at.astimezone(ZONE)
    return datetime(local.year, local.month - (local.month - 1) % 3, 1, tzinfo=ZONE)


def year_of(at: datetime) -> datetime:
    """所在年度的开始。"""
    return datetime(at.astimezone(ZONE).year, 1, 1, tzinfo=ZONE)
