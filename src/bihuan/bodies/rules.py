"""Rules of bodies: who places seats, and by which posts they are held."""

from datetime import date

from bihuan.bodies.types import PlaceSeat
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from bihuan.policy.pack import Pack

_roster = norms.BODY_ROSTER


@carries_out(_roster)
def may_place(
    fields: PlaceSeat, unit: UnitFacts | None, *, running: date | None, today: date, pack: Pack
) -> Refusal | None:
    """成员席位对应单位和职务，不写姓名；单位在册，职务是规定里的，日期不早于现在这一任，不晚于今天。"""
    if bool(fields.unit) != bool(fields.post):
        return Refusal("单位和职务须同时填写，或者都不填。", _roster, field="post" if fields.unit else "unit")
    if fields.unit and (unit is None or not unit.active):
        return Refusal("没有这个在册单位。", _roster, field="unit")
    if fields.post and fields.post not in pack.posts:
        return Refusal("规定里没有这个职务。", _roster, field="post")
    if fields.from_on > today or (running is not None and fields.from_on < running):
        return Refusal(f"日期应在{running or '成立'}至今天（{today}）之间。", _roster, field="from_on")
    return None


@carries_out(norms.BODY_OFFICE)
def heads_office(post: str, *, of_office: bool, pack: Pack) -> Refusal | None:
    """办公室主任、副主任由设在单位的职务担任；主任即清单管理机构负责人。"""
    if not of_office or not post or post in ("list_director", "head", "deputy", "list_keeper"):
        return None
    return Refusal("办公室的席位须对应办公室所在单位的负责人或者清单管理职务。", norms.BODY_OFFICE, field="post")
