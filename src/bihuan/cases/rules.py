"""Rules of whoever lets a unit take part in a case."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from bihuan.cases.types import Accusing, AppealType, CaseFacts, DutyKind
from bihuan.duties.types import BY_LAW
from bihuan.kernel.needs import Allowed, Need, Needs
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from bihuan.policy.pack import Demand, GroundOf, Pack

BASED = (AppealType.COMPLAINT, AppealType.REPORT, AppealType.CONSULT)
"""Whose answers must tell what they rest on."""


@carries_out(norms.IDENTITY_PROTECTED)
def may_go_to(
    units: Iterable[str], *, case: Accusing, known: Mapping[str, UnitFacts], reason: str | None = None, field: str
) -> Refusal | None:
    """要求保密的，不得交给被反映单位；其他的，交给被反映单位须说明理由。

    `reason` is None where another body than the desk or the lead has ruled that the unit is the right one.
    """
    names = "、".join(known[code].name if code in known else code for code in units if code in case.accused)
    if not names:
        return None
    if case.secret:
        said = f"{names}是本件的被反映单位，诉求人要求保密，不能交给它。"
        return Refusal(said, norms.IDENTITY_PROTECTED, field=field)
    if reason == "":
        said = f"{names}是本件的被反映单位；仍要交给它的，请说明理由。"
        return Refusal(said, norms.IDENTITY_PROTECTED, field="accused_reason")
    return None


def impartial(bodies: Iterable[UnitFacts], case: Accusing, *others: Accusing) -> list[UnitFacts]:
    """Of the bodies that have to do with such requests, those of which none of these complains in secret."""
    kept_out = {code for one in (case, *others) if one.secret for code in one.accused}
    return [body for body in bodies if body.code not in kept_out]


@carries_out(norms.IDENTITY_PROTECTED)
def may_go_to_body(bodies: Collection[UnitFacts], *, case: Accusing, field: str = "") -> Refusal | None:
    """要求保密的，规定经手的机构就是被反映单位的，由同类的另一机构经手；没有的，不能交给它。"""
    if impartial(bodies, case):
        return None
    return may_go_to([body.code for body in bodies], case=case, known={b.code: b for b in bodies}, field=field)


@carries_out(norms.MERGE_REPEATS, norms.IDENTITY_PROTECTED)
def may_be_known_to(case: Accusing, lead: str | None) -> Refusal | None:
    """要求保密的，不得并入由被反映单位承办的工单；主单改派给被反映单位的，它也看不到。"""
    if case.secret and lead in case.accused:
        reason = "要并入的工单由本件的被反映单位承办，诉求人要求保密，不能并入。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="parent")
    return None


DESK_SPEAKS = "诉求人要求保密，由受理单位代为联系"
"""What whoever handles a secret request is told when they try to reach the requester."""


@carries_out(norms.IDENTITY_PROTECTED)
def may_be_told_by(*, through_desk: bool, confidential: bool, field: str) -> Refusal | None:
    """要求保密的，只能由受理单位转达；没有要求保密的，承办单位自己反馈。"""
    if confidential and not through_desk:
        said = f"{DESK_SPEAKS}，请选“由受理单位转达”。"
        return Refusal(said, norms.IDENTITY_PROTECTED, field=field)
    if through_desk and not confidential:
        return Refusal("诉求人没有要求保密，请直接反馈诉求人。", norms.IDENTITY_PROTECTED, field=field)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_ask_desk(*, confidential: bool) -> Refusal | None:
    """只有要求保密的，才由受理单位转达。"""
    if not confidential:
        return Refusal("诉求人没有要求保密，请直接联系。", norms.IDENTITY_PROTECTED, moot=True)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_pass_on(*, owed: bool) -> Refusal | None:
    """有待转达的，才登记转达情况。"""
    if not owed:
        return Refusal("没有待转达的事项。", norms.IDENTITY_PROTECTED, moot=True)
    return None


BETWEEN_ATTEMPTS = timedelta(hours=2)
"""So far apart two attempts to reach the requester lie before they may be left at that."""


@carries_out(norms.IDENTITY_PROTECTED)
def tried_enough(at: datetime, *, earlier: Iterable[datetime]) -> bool:
    """联系不上的，至少联系两次、相隔两小时以上，才不再转达。"""
    return any(at - before >= BETWEEN_ATTEMPTS for before in earlier)


def counted_by_law(kind: str, pack: Pack) -> bool:
    """Whether a duty is counted by the limit that a law gives the case."""
    again = kind == DutyKind.REWORK and pack.parameter(norms.STATUTORY_LIMIT, "rework", False)
    return pack.binds(norms.STATUTORY_LIMIT) and (kind == DutyKind.HANDLE or again)


def limit_by_law(case: CaseFacts, kind: str, pack: Pack) -> tuple[str, str] | None:
    """The limit that a law gives the case for a duty, and what is said of where it comes from; None where none does."""
    if not case.statutory_limit or not counted_by_law(kind, pack):
        return None
    return case.statutory_limit, by_law(case.statutory_basis)


def by_law(basis: str) -> str:
    """What a duty counted by a law says of where its limit comes from."""
    return f"{BY_LAW}{basis}"


def asked_to_tell(norm: Norm, *, anonymous: bool, field: str = "requester_told") -> Needs:
    """That it is said how the requester was told, unless nobody knows who that is."""
    return {} if anonymous else {field: (Need("请写明怎样告知诉求人的。", norm),)}


def telling(how: str, *, anonymous: bool) -> str:
    """What the record says of whether the requester was told: nothing that nobody said."""
    if how:
        return TOLD
    return UNTOLD if anonymous else UNSAID


TOLD, UNTOLD, UNSAID = "已告知诉求人", "诉求人匿名，没有告知", "没有写明怎样告知诉求人"
DEMANDED: Mapping[Demand, str] = {
    Demand.PAPER: "attachments",
    Demand.OTHER_UNIT: "suggested_unit",
    Demand.BASIS: "policy_basis",
}
"""What a ground demands → the field of the form in which it is given."""


def grounds(of: GroundOf, pack: Pack) -> Allowed:
    """The grounds that a form offers."""
    return {"ground": {ground.code: ground.words for ground in pack.grounds_of(of).values()}}


def asked_of_ground(of: GroundOf, pack: Pack, *, when: Mapping[str, Collection[str]] | None = None) -> Needs:
    """That a ground is named where the regulation lists some, and what each demands."""
    listed = pack.grounds_of(of).values()
    if not listed:
        return {}
    needs = {"ground": (Need(f"请选择{of.label}的理由。", of.norm, when or {}),)}
    for demand, field in DEMANDED.items():
        if by := [ground for ground in listed if demand in ground.demands]:
            words = f"以{'、'.join(f'“{ground.label}”' for ground in by)}为由的，须{demand.label}。"
            needs[field] = (Need(words, of.norm, {"ground": [ground.code for ground in by]}),)
    return needs


@carries_out(norms.DECLINE_WITH_GROUND, norms.TERMINATE, norms.ANSWER_EXPLAINED, norms.RETURN_NOT_OWN_DUTY)
def may_rest_on(code: str, of: GroundOf, *, pack: Pack, asked: bool = True) -> Refusal | None:
    """理由须是本地规定列明的；没有列明理由的，不另选理由。"""
    listed = pack.grounds_of(of)
    if not code or (asked and code in listed):
        return None
    if not asked or not listed:
        return Refusal(f"不是{of.label}，或者本地规定没有列出理由的，不要选理由。", None, field="ground")
    words = "、".join(ground.label for ground in listed.values())
    return Refusal(f"{of.label}的理由须是本地规定列明的：{words}。", of.norm, field="ground")
