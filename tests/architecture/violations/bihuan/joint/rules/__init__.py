"""A rule that names no norm, in a file that is not called rules.py; and one that refuses by another than it names."""

from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms


def may_do_anything(times: int) -> Refusal | None:
    """Nobody knows which norm this carries out."""
    return Refusal("不行。", norms.JOINT_ENDS) if times else None


@carries_out(norms.JOINT_ENDS)
def may_do_more(times: int) -> Refusal | None:
    """The clause table would cite the wrong clause."""
    return Refusal("不行。", norms.JOINT_AGAIN) if times else None
