"""Rules of the organisations."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network

from bihuan.kernel.actor import CONSOLE, Actor
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import (
    CALENDAR,
    DESK_POSTS,
    SCOPES,
    AppointmentRow,
    InUse,
    JurisdictionFacts,
    Lone,
    Post,
    Task,
    UnitFacts,
    powers,
)
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Capacity, Channel, Pack, UnitType
from bihuan.policy.pack import Post as LawPost

TWO_PERSONS = (
    (Post.HANDLER, (Post.DEPUTY, Post.HEAD), norms.SIGN_OFF, Task.SIGN_OFF),
    (Post.REGISTRAR, (Post.REVIEWER,), norms.DECLINE_SECOND_READER, Task.DECLINE),
    (Post.CALLER, (Post.REVIEWER,), norms.SEPARATION, Task.CALL_BACK),
    (Post.LIST_KEEPER, (Post.LIST_DIRECTOR,), norms.LIST_STRIKE_OFF_SEPARATION, Task.STRIKE_OFF),
)
"""Posts that one person may hold together, though what they do one after the other takes two people."""
PREFIX = re.compile(r"[A-Z]{2,8}")
"""What stands before the numbers of cases and matters."""
RESPONSIBLE = (Post.HEAD, Post.DEPUTY, Post.HANDLER)
HELD_IN: Mapping[str, frozenset[str]] = {
    Post.HANDLER: frozenset(
        {Capacity.HANDLING, Capacity.TOWNSHIP, Capacity.STAFFING, Capacity.DETERMINATION, Capacity.DISCIPLINE}
    ),
    Post.LIAISON: frozenset({Capacity.HANDLING, Capacity.TOWNSHIP}),
    Post.LEADER: frozenset({Capacity.LEADERSHIP}),
    **dict.fromkeys(DESK_POSTS, frozenset({Capacity.DESK})),
    Post.SUPERVISOR: frozenset(set(Capacity) - {Capacity.GRASSROOTS}),
    Post.ASSESSOR: frozenset({Capacity.DESK, Capacity.OFFICE, Capacity.PERSONNEL}),
    Post.LIST_KEEPER: frozenset({Capacity.OFFICE}),
    Post.LIST_DIRECTOR: frozenset({Capacity.OFFICE}),
}
"""Post → what a unit must be for, so that whoever holds it there has anything to do; others are held in any unit.

A test compares it with the roles of all stage tables. A supervisor looks at who looked, wherever a city puts them.
"""
CLOCK_ENDS = date(2098, 12, 31)
"""As far a training clock goes: the longest limit from there still ends within the working calendar."""
TOKEN_DAYS = 90
"""So long at most a token is good, until its holder renews it."""
MOST_NETWORKS = 16
WIDEST = {4: 8, 6: 16}
"""Of a network that somebody names: the bits that it must at least fix, by the version of the address."""


@carries_out(norms.RESPONSIBLE_PERSONS)
def may_be_active(unit: UnitFacts, pack: Pack) -> Refusal | None:
    """承办单位须明确主要负责人、分管负责人和经办人，方可启用。"""
    if not pack.binds(norms.RESPONSIBLE_PERSONS):
        return None
    if missing := lacking(unit, pack):
        return Refusal(f"{unit.name}还没有明确{'、'.join(missing)}，不能启用。", norms.RESPONSIBLE_PERSONS)
    return None


@carries_out(norms.RESPONSIBLE_PERSONS)
def may_take_work(unit: UnitFacts, pack: Pack, *, field: str) -> Refusal | None:
    """承办单位当日须有经办人，规则要求明确责任人的，还须有主要负责人和分管负责人，方可交给新的办理事项。"""
    if missing := lacking(unit, pack):
        reason = f"{unit.name}现无{'、'.join(missing)}，请先由⟨administrator⟩任命。"
        return Refusal(reason, norms.RESPONSIBLE_PERSONS, field=field)
    return None


@carries_out(norms.SUCCESSION)
def may_still(unit: UnitFacts | None, *, field: str | None = None) -> Refusal | None:
    """撤销了的单位不再变更、启用、任命，也不再列为隶属、承办单位。"""
    if unit is None or unit.ended_on is None:
        return None
    return Refusal(f"{unit.name}已于{unit.ended_on}撤销。", norms.SUCCESSION, field=field)


@carries_out(norms.SUCCESSION)
def may_end_unit(
    unit: UnitFacts,
    *,
    on: date,
    today: date,
    planned: date | None,
    awaited: Collection[str],
    last_administrator: bool,
) -> Refusal | None:
    """单位自当日或以后的某一天起撤销，只定一次；将并入本单位的和本辖区唯一的系统管理员，先另作安排。"""
    if planned is not None:
        reason = f"{unit.name}已定自{planned}起撤销；要改的，请先取消。"
        return Refusal(reason, norms.SUCCESSION)
    if on < today:
        return Refusal(f"撤销不能早于今天（{today}）。", norms.SUCCESSION, field="from_on")
    if awaited:
        reason = f"{'、'.join(awaited)}将由本单位承接，请先取消，另定承接单位。"
        return Refusal(reason, norms.SUCCESSION)
    if last_administrator:
        reason = "本辖区的⟨administrator⟩都在这个单位任职，请先在其他单位任命⟨administrator⟩。"
        return Refusal(reason, norms.SUCCESSION)
    return None


@carries_out(norms.SUCCESSION, norms.RESPONSIBLE_PERSONS)
def may_carry_on(successor: UnitFacts | None, unit: UnitFacts, pack: Pack, *, ends: date | None) -> Refusal | None:
    """承接单位须是本辖区的另一个单位，已启用，责任人齐全，具备被撤销单位的全部职能，自己不撤销。"""
    if successor is None:
        return Refusal("没有这个单位。", None, field="successor")
    if successor.code == unit.code:
        return Refusal("承接单位不能是本单位。", norms.SUCCESSION, field="successor")
    if ends is not None:
        reason = f"{successor.name}定于{ends}撤销，不能承接。"
        return Refusal(reason, norms.SUCCESSION, field="successor")
    if not successor.active:
        return Refusal(f"{successor.name}还没有启用，不能承接。", norms.SUCCESSION, field="successor")
    wanted = _capacities(unit, pack) - _capacities(successor, pack)
    if wanted:
        reason = f"{successor.name}不是{_told(wanted)}，不能承接{unit.name}的职责。"
        return Refusal(reason, norms.SUCCESSION, field="successor")
    if missing := "、".join(lacking(successor, pack)):
        reason = f"{successor.name}现无{missing}，请先任命。"
        return Refusal(reason, norms.RESPONSIBLE_PERSONS, field="successor")
    return None


@carries_out(norms.SUCCESSION)
def may_merge(units: Collection[str], successor: str) -> Refusal | None:
    """合并至少写明一个并入的单位，每个单位只写一次，不写并入哪个单位的那一个。"""
    if not units or len(set(units)) < len(units):
        return Refusal("请写明并入的单位，每个单位一次。", norms.SUCCESSION, field="units")
    if successor in units:
        return Refusal("并入哪个单位，不能又是并入的单位。", norms.SUCCESSION, field="successor")
    if not successor:
        return Refusal("请写明并入哪个单位。", norms.SUCCESSION, field="successor")
    return None


@carries_out(norms.SUCCESSION)
def may_end_alone(unit: UnitFacts, pack: Pack) -> Refusal | None:
    """只有承办单位可以没有承接单位：它的工单退回受理单位重新分派；其他职能须有单位承接。"""
    others = _capacities(unit, pack) - {Capacity.HANDLING, Capacity.TOWNSHIP, Capacity.GRASSROOTS}
    if others:
        reason = f"{unit.name}是{_told(others)}，撤销须写明承接单位。"
        return Refusal(reason, norms.SUCCESSION, field="successor")
    return None


def _told(capacities: Collection[str]) -> str:
    return "、".join(Capacity(one).label.partition("：")[0] for one in sorted(capacities))


def _capacities(unit: UnitFacts, pack: Pack) -> frozenset[str]:
    """What its type of unit is for; nothing where the regulation does not name the type."""
    return frozenset(pack.unit_types[unit.type].capacities) if unit.type in pack.unit_types else frozenset()


def lacking(unit: UnitFacts, pack: Pack) -> tuple[str, ...]:
    """The labels of the posts that a handling unit must have filled to work and has nobody in."""
    if not pack.can(unit.type, Capacity.HANDLING):
        return ()
    wanted = RESPONSIBLE if pack.binds(norms.RESPONSIBLE_PERSONS) else (Post.HANDLER,)
    return tuple(pack.posts[post].label for post in wanted if post in pack.posts and post not in unit.posts)


@carries_out(norms.SUCCESSION)
def may_install(actor: Actor) -> Refusal | None:
    """辖区只由运维人员在服务器的控制台设立。"""
    if actor.account == CONSOLE:
        return None
    return Refusal("辖区只能在服务器的控制台设立。", norms.SUCCESSION)


@carries_out(norms.WORKING_TIME)
def may_found_jurisdiction(
    *, code: str, prefix: str, matter_prefix: str, others: Iterable[JurisdictionFacts]
) -> Refusal | None:
    """辖区代码、工单编号前缀和清单编号前缀各不相同；前缀为2至8个大写字母。"""
    for said in (prefix, matter_prefix):
        if not PREFIX.fullmatch(said):
            reason = f"编号前缀“{said[:20]}”须为2至8个大写字母；自定的前缀后面加QD作清单编号，所以最多6个。"
            return Refusal(reason, norms.WORKING_TIME, field="prefix")
    for other in others:
        if other.code == code:
            return Refusal(f"代码“{code}”已由“{other.name}”使用。", norms.WORKING_TIME, field="code")
        if taken := {prefix, matter_prefix} & {other.prefix, other.matter_prefix}:
            reason = f"编号前缀“{min(taken)}”已由“{other.name}”使用，请另定一个。"
            return Refusal(reason, norms.WORKING_TIME, field="prefix")
    return None


@carries_out(norms.WORKING_TIME)
def may_adopt_on(on: date, after: Pack, *, today: date, planned: date | None) -> Refusal | None:
    """规则的另一版本最早自次日起适用，不早于文件施行之日，也不早于已定适用另一版本的那一天。"""
    if on <= today:
        return Refusal("最早自明天起适用：今天登记的已按现行版本办理。", norms.WORKING_TIME, field="from_on")
    if on < after.instrument.in_force_from:
        reason = f"该文件自{after.instrument.in_force_from}起施行，不能早于这一天。"
        return Refusal(reason, norms.WORKING_TIME, field="from_on")
    if planned is not None and on < planned:
        reason = f"已定自{planned}起适用另一版本，不能早于这一天；自同一天起另定的，以后定的为准。"
        return Refusal(reason, norms.WORKING_TIME, field="from_on")
    return None


@carries_out(norms.WORKING_TIME)
def may_adopt(after: Pack, *, before: str, checked: str) -> Refusal | None:
    """采用的版本须与那一天适用的不同，须已通过规则审查。"""
    if after.ref == before:
        return Refusal(f"这一天适用的就是{after.ref}。", norms.WORKING_TIME, field="pack")
    if after.digest != checked:
        return Refusal(f"{after.ref}的内容没有经过规则审查，请重新查看后再定。", norms.WORKING_TIME, field="pack")
    return None


@carries_out(norms.WORKING_TIME)
def may_propose_version(*, waiting: bool) -> Refusal | None:
    """一次只提出一个版本：前一项确认、撤回以后才能另提。"""
    if waiting:
        return Refusal("已提出采用另一版本，请先确认或撤回。", norms.WORKING_TIME, field="pack")
    return None


@carries_out(norms.WORKING_TIME)
def may_confirm_version(actor: Actor, *, proposed_by: str) -> Refusal | None:
    """正式环境中，规则的另一版本由一位系统管理员提出，由另一位确认后采用。"""
    if actor.account == proposed_by:
        return Refusal("提出的人不能自己确认，请由另一位⟨administrator⟩确认。", norms.WORKING_TIME)
    return None


@carries_out(norms.WORKING_TIME)
def may_do_without(after: Pack, *, own: Pack, used: InUse) -> Refusal | None:
    """现用的单位类型、职务、渠道，新版本须都列有；渠道仍由原来那类单位受理。"""
    lacking = [
        *(f"单位类型“{_label(own.unit_types, code)}”" for code in sorted(used.types - after.unit_types.keys())),
        *(f"职务“{_label(own.posts, code)}”" for code in sorted(used.posts - after.posts.keys())),
        *(f"渠道“{_label(own.channels, code)}”" for code in sorted(used.channels.keys() - after.channels.keys())),
    ]
    moved = [
        f"渠道“{after.channels[code].label}”"
        for code, kind in sorted(used.channels.items())
        if code in after.channels and after.channels[code].owner_unit_type != kind
    ]
    said = [
        *([f"{after.ref}没有现在用着的{'、'.join(lacking)}"] if lacking else []),
        *([f"{after.ref}规定由另一类单位受理{'、'.join(moved)}"] if moved else []),
    ]
    if not said:
        return None
    return Refusal(f"{'；'.join(said)}。请先调整，或在规则中补上。", norms.WORKING_TIME, field="pack")


def _label(known: Mapping[str, UnitType | LawPost | Channel], code: str) -> str:
    return known[code].label if code in known else code


@carries_out(norms.NAMED_CHANNEL)
def may_be_first(type_code: str, *, pack: Pack) -> Refusal | None:
    """首个单位须是受理平台或清单管理机构；规则须列有系统管理员这一职务。"""
    if Post.ADMINISTRATOR not in pack.posts:
        reason = f"规则包{pack.ref}没有列“系统管理员”（administrator）这一职务，请在规则包中补上。"
        return Refusal(reason, norms.NAMED_CHANNEL, field="pack")
    kind = pack.unit_types.get(type_code)
    if kind is None or not {Capacity.DESK, Capacity.OFFICE} & kind.capacities:
        fit = [t for t in pack.unit_types.values() if {Capacity.DESK, Capacity.OFFICE} & t.capacities]
        named = "、".join(f"{t.code}（{t.label}）" for t in fit) or "（规则包一种也没有列）"
        reason = f"首个单位须是受理平台或清单管理机构，可选的类型：{named}。"
        return Refusal(reason, norms.NAMED_CHANNEL, field="office_type")
    return None


def first_type(pack: Pack) -> str:
    """The type of unit that takes in most channels: what a jurisdiction begins with; empty where there is none."""
    owned = Counter(channel.owner_unit_type for channel in pack.channels.values())
    return max(owned, key=lambda code: owned[code], default="")


@carries_out(norms.SUPERIOR_BODY)
def may_found(*, type_code: str, superior_body: str, pack: Pack) -> Refusal | None:
    """驻地单位和公共服务企业须填上级主管机关。"""
    kind = pack.unit_types.get(type_code)
    if kind is None:
        return Refusal(f"没有“{type_code}”这种单位类型。", None, field="type")
    if kind.needs_superior and not superior_body:
        return Refusal(f"{kind.label}须填上级主管机关或行业主管部门。", norms.SUPERIOR_BODY, field="superior_body")
    return None


@carries_out(norms.NAMED_CHANNEL)
def may_give_channel(channel: str, unit: UnitFacts | None, *, pack: Pack) -> Refusal | None:
    """渠道须是规则列明的，由规则规定的那类单位受理；单位须已启用，有受理员。"""
    named = pack.channels.get(channel)
    if named is None:
        return Refusal(f"规则中没有渠道“{channel}”。", norms.NAMED_CHANNEL, field="channel")
    if unit is None:
        return Refusal("没有这个单位。", None, field="unit")
    if unit.type != named.owner_unit_type:
        owner = pack.unit_types[named.owner_unit_type].label
        reason = f"渠道“{named.label}”由{owner}受理，{unit.name}是{_label(pack.unit_types, unit.type)}。"
        return Refusal(reason, norms.NAMED_CHANNEL, field="unit")
    if not unit.active:
        return Refusal(f"{unit.name}还没有启用，不能受理渠道。", norms.NAMED_CHANNEL, field="unit")
    if Post.REGISTRAR in pack.posts and Post.REGISTRAR not in unit.posts:
        label = pack.posts[Post.REGISTRAR].label
        return Refusal(f"{unit.name}现无{label}，请先任命。", norms.NAMED_CHANNEL, field="unit")
    return None


@carries_out(norms.NAMED_CHANNEL)
def may_give_from(on: date, *, today: date, running: date | None) -> Refusal | None:
    """渠道改由他单位受理，自当日或以后的某一天起，不早于现任受理单位开始的那一天。"""
    if running is None:
        return None
    if on < today:
        return Refusal(f"改由他单位受理，不能早于今天{today}。", norms.NAMED_CHANNEL, field="from_on")
    if on < running:
        reason = f"已定自{running}起另由单位受理，不能早于这一天。"
        return Refusal(reason, norms.NAMED_CHANNEL, field="from_on")
    return None


@carries_out(norms.SUCCESSION)
def may_appoint(*, post: str, pack: Pack) -> Refusal | None:
    """只能任命规则中列明的职务。"""
    if post not in pack.posts:
        return Refusal(f"没有“{post}”这个职务。", norms.SUCCESSION, field="post")
    return None


@carries_out(norms.SUCCESSION)
def may_serve_in(*, post: str, name: str, kind: str, pack: Pack) -> Refusal | None:
    """职务只在有这项职能的单位任命：受理平台的职务在受理平台，承办的职务在承办单位。"""
    if post in posts_of(kind, pack) or post not in pack.posts or kind not in pack.unit_types:
        return None
    where, may = _told(HELD_IN[post]), "、".join(pack.posts[one].label for one in posts_of(kind, pack))
    reason = (
        f"“{pack.posts[post].label}”是{where}的职务，{name}是“{pack.unit_types[kind].label}”，没有可以办的事；"
        f"这类单位可以任命：{may}。"
    )
    return Refusal(reason, norms.SUCCESSION, field="post")


def posts_of(kind: str, pack: Pack) -> tuple[str, ...]:
    """The posts that make sense in units of that type, in the order of the regulation."""
    can = pack.unit_types[kind].capacities if kind in pack.unit_types else frozenset[str]()
    return tuple(post for post in pack.posts if post not in HELD_IN or HELD_IN[post] & can)


@carries_out(norms.IDENTITY_PROTECTED)
def may_take_post(*, post: str, account: str, held: Collection[str], by: str) -> Refusal | None:
    """任何人不得任命自己；系统管理员在本辖区不兼任其他有权限的职务。"""
    if account == by:
        reason = "不能任命自己，请由另一位⟨administrator⟩任命。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="account")
    if post == Post.ADMINISTRATOR and any(_has_another_power(one) for one in held):
        reason = "⟨administrator⟩不得兼任有权限的职务，请先免去这个人的其他职务，或另选他人。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="account")
    if _has_another_power(post) and Post.ADMINISTRATOR in held:
        reason = "这个人是⟨administrator⟩，不得兼任有权限的职务，请另选他人。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="account")
    return None


def _has_another_power(post: str) -> bool:
    return post != Post.ADMINISTRATOR and bool(powers([post]))


def needs_confirmation(post: str, *, training: bool) -> bool:
    """Whether an appointment takes effect only when a second person confirms it; training waives that."""
    return not training and bool(powers([post]))


@carries_out(norms.IDENTITY_PROTECTED)
def may_confirm(
    actor: Actor, *, unit: str, account: str, proposed_by: str, others: Collection[str] = ()
) -> Refusal | None:
    """有权限的职务，由另一位系统管理员或本单位主要负责人确认后生效；提出的人和被任命的人不能确认。没有别人能确认的，才在服务器上确认。"""
    if actor.account == CONSOLE and others:
        reason = f"这项任命由{'、'.join(others)}确认；没有别人能确认的，才在服务器上确认。"
        return Refusal(reason, norms.IDENTITY_PROTECTED)
    if actor.account == CONSOLE:
        return None
    if actor.account in (proposed_by, account):
        return Refusal("提出任命的人和被任命的人不能自己确认。", norms.IDENTITY_PROTECTED)
    if actor.holds(Post.ADMINISTRATOR) or actor.holds(Post.HEAD, unit=unit):
        return None
    return Refusal("只有另一位⟨administrator⟩或本单位⟨head⟩可以确认。", norms.IDENTITY_PROTECTED)


@carries_out(norms.IDENTITY_PROTECTED)
def may_drop(actor: Actor, *, unit: str, account: str, proposed_by: str) -> Refusal | None:
    """待确认的任命，提出的人可以撤回，可以确认的人可以不予确认。"""
    if actor.account == proposed_by:
        return None
    return may_confirm(actor, unit=unit, account=account, proposed_by=proposed_by)


@carries_out(norms.IDENTITY_PROTECTED)
def may_waive_second_factor(*, training: bool) -> Refusal | None:
    """只有教学环境可以不要求二次验证。"""
    if training:
        return None
    return Refusal("正式环境中，可以查看诉求人完整信息或导出的职务必须使用二次验证。", norms.IDENTITY_PROTECTED)


@carries_out(norms.IDENTITY_PROTECTED)
def may_issue_token(
    *, scopes: Collection[str], days: int, networks: Sequence[str], second_factor: bool
) -> Refusal | None:
    """接口令牌最长90天，限于已知的权限；能看诉求人完整信息的，只给已启用二次验证的账号，并限定使用的网络；写在地址里的日历令牌没有别的权限。"""
    known = (*SCOPES, CALENDAR)
    if not scopes or not set(scopes) <= set(known):
        return Refusal(f"权限只能是 {'、'.join(known)}，至少一项。", norms.IDENTITY_PROTECTED, field="scopes")
    if not 0 < days <= TOKEN_DAYS:
        return Refusal(f"有效期为1至{TOKEN_DAYS}天，到期前由本人续期。", norms.IDENTITY_PROTECTED, field="days")
    if len(networks) > MOST_NETWORKS:
        return Refusal(f"网络最多列{MOST_NETWORKS}个。", norms.IDENTITY_PROTECTED, field="networks")
    for said in networks:
        if (found := network(said)) is None:
            reason = f"“{said[:43]}”不是网络地址，应如 10.20.0.0/16。"
            return Refusal(reason, norms.IDENTITY_PROTECTED, field="networks")
        if found.prefixlen < WIDEST[found.version]:
            return Refusal(f"“{said}”范围过大，请写明具体的网络。", norms.IDENTITY_PROTECTED, field="networks")
    if CALENDAR in scopes and len(set(scopes)) > 1:
        reason = "订阅日历的令牌写在地址里，不能有其他权限，请另外签发。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="scopes")
    if "disclose" in scopes and not second_factor:
        return Refusal(
            "只有已启用二次验证的账号，令牌才能查看诉求人完整信息。", norms.IDENTITY_PROTECTED, field="scopes"
        )
    if "disclose" in scopes and not networks:
        return Refusal("能查看诉求人完整信息的令牌须限定使用的网络。", norms.IDENTITY_PROTECTED, field="networks")
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_renew_token(actor: Actor, *, account: str) -> Refusal | None:
    """接口令牌只能由本人续期。"""
    if actor.account == account:
        return None
    return Refusal("令牌只能由本人续期；请本人登录后在“我的账号”办理。", norms.IDENTITY_PROTECTED)


def network(said: str) -> IPv4Network | IPv6Network | None:
    """The network or single address that is meant, or None."""
    try:
        return ip_network(said, strict=False)
    except ValueError:
        return None


@carries_out(norms.TRAINING_CLOCK)
def may_advance(jurisdiction: JurisdictionFacts, *, before: datetime, after: datetime) -> Refusal | None:
    """只有教学环境的时钟可以拨动，且只能向前，一次不超过两年，最远到2098年底。"""
    if not jurisdiction.training:
        return Refusal("这里是正式环境，时钟不能拨动。", norms.TRAINING_CLOCK)
    if after <= before:
        return Refusal("时钟只能向前拨。", norms.TRAINING_CLOCK)
    if after - before > timedelta(days=731):
        return Refusal("一次最多向前拨两年。", norms.TRAINING_CLOCK)
    if after.astimezone(ZONE).date() > CLOCK_ENDS:
        return Refusal(f"教学时钟最远拨到{CLOCK_ENDS}：再往后，期限会超出工作日历。", norms.TRAINING_CLOCK)
    return None


@carries_out(norms.TRAINING_CLOCK)
def may_reset(jurisdiction: JurisdictionFacts, actor: Actor, *, before: datetime, after: datetime) -> Refusal | None:
    """教学环境的时钟只由运维人员在控制台拨回，只拨回到还没有封存的日子。"""
    if not jurisdiction.training:
        return Refusal("这里是正式环境，时钟不能拨动。", norms.TRAINING_CLOCK)
    if actor.account != CONSOLE:
        return Refusal("时钟只能在服务器的控制台拨回。", norms.TRAINING_CLOCK)
    if after >= before:
        return Refusal("时钟没有拨快，或者拨快以后的日子已经封存，不能再拨回。", norms.TRAINING_CLOCK)
    return None


@carries_out(norms.SUCCESSION)
def may_administer(actor: Actor) -> Refusal | None:
    """只有本辖区的系统管理员，和在服务器控制台的运维人员，可以管理单位、人员、目录、日历和时限。"""
    if actor.account == CONSOLE or actor.holds(Post.ADMINISTRATOR):
        return None
    return Refusal("只有⟨administrator⟩可以办理。", norms.SUCCESSION)


@carries_out(norms.SUCCESSION)
def may_leave(unit: UnitFacts, pack: Pack, *, post: str, others: int, followed: bool) -> Refusal | None:
    """最后一名系统管理员，受理单位最后一名受理员、派单员、审核员、回访员，须有接任的人才能免去。"""
    kept = post == Post.ADMINISTRATOR or (post in DESK_POSTS and pack.can(unit.type, Capacity.DESK))
    if others or followed or not kept:
        return None
    label = f"{'' if post == Post.ADMINISTRATOR else unit.name}唯一的{pack.posts[post].label}"
    reason = f"这是{label}，请写明接任的人，或先任命接替的人。"
    return Refusal(reason, norms.SUCCESSION, field="successor")


@carries_out(norms.SUCCESSION)
def may_leave_open(label: str, *, owed: int, others: int, followed: bool, left_open: bool) -> Refusal | None:
    """职务上还有未办结的职责又没有他人在任的，免职须写明接任的人，或确认暂无接任的人。"""
    if not owed or others or followed or left_open:
        return None
    reason = f"“{label}”还有{owed}项未办结的职责，免职后没有人办理；请写明接任的人，或勾选暂无接任的人。"
    return Refusal(reason, norms.SUCCESSION, field="left_open")


def lone(holders: Iterable[AppointmentRow], pack: Pack) -> tuple[Lone, ...]:
    """What two people must do in a unit and one person alone is there for."""
    posts: dict[str, set[tuple[str, str]]] = {}
    for row in holders:
        posts.setdefault(row.post, set()).add((row.account, row.name))
    found = []
    for first, others, norm, what in TWO_PERSONS:
        one, other = posts.get(first, set()), set[tuple[str, str]]().union(*(posts.get(p, set()) for p in others))
        if one and other and len(one | other) == 1 and pack.binds(norm):
            ((_, name),) = one
            named = (first, *(p for p in others if p in posts))
            found.append(Lone(name, tuple(pack.posts[p].label for p in named if p in pack.posts), what))
    return tuple(found)


@carries_out(norms.RESPONSIBLE_PERSONS)
def may_be_called(name: str, *, taken: bool) -> Refusal | None:
    """一个辖区里没有两个同名的单位。"""
    return Refusal(f"已经有“{name}”。", None, field="name") if taken else None


@carries_out(norms.RESPONSIBLE_PERSONS)
def may_be_coded(code: str, *, taken: bool) -> Refusal | None:
    """单位代码全系统只用一次。"""
    return Refusal(f"单位代码“{code}”已被使用。", None, field="code") if taken else None


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
def may_enter(*, lead: str, co_units: Collection[str], known: Mapping[str, UnitFacts], pack: Pack) -> Refusal | None:
    """目录中的承办、协办单位须是本辖区的承办单位，协办单位不得与承办单位相同。"""
    for field, code in (("lead", lead), *(("co_units", code) for code in co_units)):
        if code not in known:
            return Refusal("没有这个单位。", None, field=field)
        if refusal := may_be_entered(known[code].name, known[code].type, pack=pack, field=field):
            return refusal
    if lead in co_units:
        return Refusal("协办单位中不能有承办单位。", norms.DISPATCH_WITH_BASIS, field="co_units")
    return None


@carries_out(norms.DISPATCH_WITH_BASIS)
def may_be_entered(name: str, kind: str, *, pack: Pack, field: str) -> Refusal | None:
    """不承办工单的单位，不列入派单目录。"""
    if kind not in pack.unit_types or pack.can(kind, Capacity.HANDLING):
        return None
    able = "、".join(one.label for one in pack.unit_types.values() if Capacity.HANDLING in one.capacities)
    reason = f"{name}是“{pack.unit_types[kind].label}”，不承办工单，不能派单；可以承办的单位类型：{able}。"
    return Refusal(reason, norms.DISPATCH_WITH_BASIS, field=field)
