"""Rules of the tables that registrars bring."""

from collections.abc import Collection

from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.mailbags.types import AT_WORK, MOST_OPEN, State
from bihuan.policy import norms

MB = 1024 * 1024


@carries_out(norms.REGISTER)
def may_be_brought(*, size: int, limit: int, free: int, least: int, what: str = "来件表") -> Refusal | None:
    """来件表（工作簿）不得空、不得超过规定的大小；存储空间不足时暂停上传。"""
    if not size:
        return Refusal("文件是空的，请重新选择。", None, field="file")
    if size > limit:
        return Refusal(f"文件不能超过{limit // MB}MB，请拆成几份再传。", None, field="file")
    if free < least + size:
        return Refusal(f"服务器存储空间不足，暂时不能上传{what}；请告知⟨administrator⟩。", None, field="file")
    return None


@carries_out(norms.REGISTER)
def may_bring_another(*, under_way: int, what: str = "来件表") -> Refusal | None:
    """一人同时办理的来件表（工作簿）有限，办完或删除后再传。"""
    if under_way >= MOST_OPEN:
        return Refusal(f"您已有{MOST_OPEN}份{what}还没有办完，请办完或删除后再传。", None, field="file")
    return None


@carries_out(norms.REGISTER)
def may_read_again(state: State) -> Refusal | None:
    """正在检查、登记的和已登记的来件表，不能再改对应关系。"""
    if state is not State.READY:
        return Refusal(f"这份表{state.label}，不能再改对应关系。", None)
    return None


@carries_out(norms.REGISTER)
def may_be_registered(*, state: State, may: bool, round: int, seen: int) -> Refusal | None:
    """来件表检查无误、由本人看过检查结果的，才能登记。"""
    if state not in (State.READY, State.STOPPED):
        return Refusal(f"这份表{state.label}，不能登记。", None)
    if seen != round:
        return Refusal("这份表后来又检查过，请看过新的结果再登记。", None)
    if not may:
        return Refusal("这份表还不能登记，请先按提示改正。", None)
    return None


@carries_out(norms.REGISTER)
def may_be_dropped(state: Vocabulary, *, at_work: Collection[Vocabulary] = AT_WORK, what: str = "表") -> Refusal | None:
    """正在检查、登记的来件表，正在办理的工作簿，不能删除。"""
    if state in at_work:
        return Refusal(f"这份{what}{state.label}，请稍候再删。", None)
    return None
