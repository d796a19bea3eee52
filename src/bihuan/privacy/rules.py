"""What may be erased, and when its time is over."""

from bihuan.cases.stages import OPEN
from bihuan.cases.types import CaseFacts
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms


@carries_out(norms.IDENTITY_PROTECTED)
def may_erase(
    case: CaseFacts, *, open_matter: str, open_parent: str, untold: str, promised: bool, erased: bool
) -> Refusal | None:
    """办理中的诉求须留存办理所需信息；终结、没有未了的职责，主单、并单、承诺也都有了着落，方可删除，删除一次。"""
    if erased:
        return Refusal("这一件的个人信息已经删除。", norms.IDENTITY_PROTECTED)
    if case.stage in OPEN:
        return Refusal(
            "诉求还在办理，办理所需的个人信息不能删除；请在办结、终止或撤回后办理。", norms.IDENTITY_PROTECTED
        )
    if open_matter:
        return Refusal(f"清单事项 {open_matter} 尚未销号，个人信息不能删除。", norms.IDENTITY_PROTECTED)
    if case.duties:
        return Refusal("本件还有没有办完的职责（如告知诉求人），办完才能删除个人信息。", norms.IDENTITY_PROTECTED)
    if open_parent:
        return Refusal(f"本件并入的工单 {open_parent} 还在办理，个人信息不能删除。", norms.IDENTITY_PROTECTED)
    if untold:
        reason = f"并入本件的工单 {untold} 还没有告知诉求人结果，本件的答复不能删除。"
        return Refusal(reason, norms.IDENTITY_PROTECTED)
    if promised:
        return Refusal("清单事项的承诺还没有了结，个人信息不能删除。", norms.IDENTITY_PROTECTED)
    return None
