"""What may be erased, and when its time is over."""

from bihuan.cases.stages import OPEN
from bihuan.cases.types import CaseFacts
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms


@carries_out(norms.IDENTITY_PROTECTED)
def may_erase(case: CaseFacts, *, open_matter: str, erased: bool) -> Refusal | None:
    """办理中的诉求须留存办理所需信息；终结后方可删除，删除一次。"""
    if erased:
        return Refusal("这一件的个人信息已经删除。", norms.IDENTITY_PROTECTED)
    if case.stage in OPEN:
        return Refusal(
            "诉求还在办理，办理所需的个人信息不能删除；请在办结、终止或撤回后办理。", norms.IDENTITY_PROTECTED
        )
    if open_matter:
        return Refusal(f"清单事项 {open_matter} 尚未销号，个人信息不能删除。", norms.IDENTITY_PROTECTED)
    return None
