"""Rules of the organisations."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import JurisdictionFacts, Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.pack import Capacity, Pack

RESPONSIBLE = (Post.HEAD, Post.DEPUTY, Post.HANDLER)


@carries_out(norms.RESPONSIBLE_PERSONS)
def may_be_active(unit: UnitFacts, pack: Pack) -> Refusal | None:
    """承办单位须明确主要负责人、分管负责人和经办人，方可启用。"""
    if not pack.binds(norms.RESPONSIBLE_PERSONS) or Capacity.HANDLING not in pack.unit_types[unit.type].capacities:
        return None
    missing = [pack.posts[post].label for post in RESPONSIBLE if post in pack.posts and post not in unit.posts]
    if missing:
        return Refusal(f"{unit.name}还没有明确{'、'.join(missing)}，不能启用。", norms.RESPONSIBLE_PERSONS)
    return None


@carries_out(norms.SUPERIOR_BODY)
def may_found(*, type_code: str, superior_body: str, pack: Pack) -> Refusal | None:
    """驻地单位和公共服务企业须填上级主管机关。"""
    kind = pack.unit_types.get(type_code)
    if kind is None:
        return Refusal(f"没有“{type_code}”这种单位类型。", norms.SUPERIOR_BODY, field="type")
    if kind.needs_superior and not superior_body:
        return Refusal(f"{kind.label}须填上级主管机关或行业主管部门。", norms.SUPERIOR_BODY, field="superior_body")
    return None


@carries_out(norms.SUCCESSION)
def may_appoint(*, post: str, pack: Pack) -> Refusal | None:
    """只能任命规则中列明的职务。"""
    if post not in pack.posts:
        return Refusal(f"没有“{post}”这个职务。", norms.SUCCESSION, field="post")
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_waive_second_factor(*, training: bool) -> Refusal | None:
    """只有教学环境可以不要求二次验证。"""
    if training:
        return None
    return Refusal("正式环境中，可以查看诉求人完整信息或导出的职务必须使用二次验证。", norms.IDENTITY_PROTECTED)


@carries_out(norms.TRAINING_CLOCK)
def may_advance(jurisdiction: JurisdictionFacts, *, before: datetime, after: datetime) -> Refusal | None:
    """只有教学环境的时钟可以拨动，且只能向前，一次不超过两年。"""
    if not jurisdiction.training:
        return Refusal("这里是正式环境，时钟不能拨动。", norms.TRAINING_CLOCK)
    if after <= before:
        return Refusal("时钟只能向前拨。", norms.TRAINING_CLOCK)
    if after - before > timedelta(days=731):
        return Refusal("一次最多向前拨两年。", norms.TRAINING_CLOCK)
    return None


@carries_out(norms.SUCCESSION)
def may_administer(actor: Actor) -> Refusal | None:
    """只有本辖区的系统管理员可以管理单位、人员、目录、日历和时限。"""
    if actor.holds(Post.ADMINISTRATOR):
        return None
    return Refusal("只有系统管理员可以办理。", norms.SUCCESSION)


@carries_out(norms.SUCCESSION)
def may_leave(*, post: str, others: int) -> Refusal | None:
    """最后一名系统管理员不能免去，否则无人能再任命。"""
    if post == Post.ADMINISTRATOR and not others:
        return Refusal("这是唯一的系统管理员，请先任命接替的人。", norms.SUCCESSION)
    return None


@carries_out(norms.RESPONSIBLE_PERSONS)
def may_belong(unit: str, parent: str, parents: Mapping[str, str | None]) -> Refusal | None:
    """单位不能隶属于自己或自己的下级。"""
    above: str | None = parent
    while above:
        if above == unit:
            return Refusal("不能隶属于自己或自己的下级单位。", norms.RESPONSIBLE_PERSONS, field="parent")
        above = parents.get(above)
    return None


@carries_out(norms.DISPATCH_WITH_BASIS)
def may_enter(*, lead: str, co_units: Collection[str], known: Collection[str]) -> Refusal | None:
    """目录中的承办、协办单位须是本辖区的单位，协办单位不得与承办单位相同。"""
    if lead not in known:
        return Refusal("没有这个单位。", norms.DISPATCH_WITH_BASIS, field="lead")
    if any(unit not in known for unit in co_units):
        return Refusal("没有这个单位。", norms.DISPATCH_WITH_BASIS, field="co_units")
    if lead in co_units:
        return Refusal("协办单位中不能有承办单位。", norms.DISPATCH_WITH_BASIS, field="co_units")
    return None
