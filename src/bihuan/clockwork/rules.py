"""Rules of the operation: who sees how the installation is doing."""

from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import Post
from bihuan.policy import norms


@carries_out(norms.IDENTITY_PROTECTED)
def may_see(actor: Actor) -> Refusal | None:
    """只有运维员可以查看运行情况、重新执行作业。"""
    if actor.holds(Post.OPERATOR):
        return None
    return Refusal("只有⟨operator⟩可以查看运行情况。", norms.IDENTITY_PROTECTED)
