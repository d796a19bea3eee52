"""Rules of bulletins: what must stand in one, and who issues it."""

from collections.abc import Collection

from bihuan.bulletins.types import TEXTS, BulletinFacts, BulletinStage
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms

_norm = norms.RHYTHM_BULLETIN


@carries_out(_norm)
def may_submit(bulletin: BulletinFacts) -> Refusal | None:
    """通报须写明总体情况、经验、问题、要求。"""
    lacking = [label for name, label in TEXTS.items() if not getattr(bulletin, name)]
    if not lacking:
        return None
    return Refusal(f"通报须写明总体情况、经验、问题、要求，还缺：{'、'.join(lacking)}。", _norm)


@carries_out(_norm)
def may_issue(actor: Actor, *, written_by: Collection[str]) -> Refusal | None:
    """起草、报签的人不能自己印发。"""
    if actor.account in written_by:
        return Refusal("您参与了通报的起草，须由另一人印发。", _norm)
    return None


@carries_out(_norm)
def may_strike_name(nth: int, named: Collection[int]) -> Refusal | None:
    """只能删去还在的点名。"""
    return None if nth in named else Refusal(f"没有第{nth}项点名。", _norm, field="nth")


@carries_out(_norm)
def is_issued(bulletin: BulletinFacts) -> Refusal | None:
    """通报在印发以后出具。"""
    return None if bulletin.stage is BulletinStage.ISSUED else Refusal("通报还没有印发。", _norm)
