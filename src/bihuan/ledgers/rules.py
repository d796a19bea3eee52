"""Reading what somebody asks of a ledger, and what may be carried out of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.ledgers.types import SHORT_TAIL, Ask, Asked, Filter, Which
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.text.questions import TooShort, terms

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What was asked, and what of it could not be read: filter → why."""

    asked: Asked
    errors: Mapping[str, str]


def read(
    which: Which,
    typed: Mapping[str, Sequence[str]],
    filters: Sequence[Filter],
    columns: Sequence[str],
    usual: Sequence[str],
) -> Reading:
    """A question as it stands in an address; what cannot be read is told and narrows nothing."""
    values, errors = dict[str, str](), dict[str, str]()
    for known in filters:
        said = next(iter(typed.get(known.key, ())), "").replace("\x00", "").strip()
        if not said:
            continue
        if (wrong := _complaint(known, said)) is None:
            values[known.key] = said
        else:
            errors[known.key] = wrong
    ticked = set(typed.get("c", ()))
    chosen = tuple(key for key in columns if key in ticked)
    if set(chosen) == set(usual):
        chosen = ()
    oldest = next(iter(typed.get("order", ())), "") == "oldest"
    return Reading(Asked(which, values, chosen, oldest), errors)


def _complaint(known: Filter, said: str) -> str | None:
    if len(said) > LONGEST:
        return f"{known.label}太长，请不超过{LONGEST}个字。"
    if known.ask in (Ask.SEARCH, Ask.PLACE):
        return _too_short(said)
    if known.ask is Ask.WORD and said not in {c.value for c in known.choices}:
        return f"{known.label}没有这一项，请重新选择。"
    if known.ask in (Ask.DAY, Ask.MONTH) and day(said) is None:
        return f"{known.label}请按“{'2025-03-01' if known.ask is Ask.DAY else '2025-03'}”填写。"
    return None


def _too_short(said: str) -> str | None:
    try:
        terms(said)
    except TooShort as short:
        return f"{short}。"
    return None


def day(text: str) -> date | None:
    """A day, or a month's first one; within the years that the calendar knows."""
    try:
        found = date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        return None
    return found if 1992 < found.year < 2100 else None


def start_of(text: str | None, *, plus: int = 0) -> datetime | None:
    """When that day begins in China, or another so many days later."""
    found = day(text) if text else None
    return datetime(found.year, found.month, found.day, tzinfo=ZONE) + timedelta(days=plus) if found else None


def told(asked: Asked, filters: Sequence[Filter]) -> str:
    """A question in words."""
    said = [f"{f.label}：{f.choice(asked.values[f.key]).label}" for f in filters if f.key in asked.values]
    return "；".join([*said, *(["旧的在前"] if asked.oldest_first else [])]) or "全部"


def harmless(text: str) -> bool:
    """Whether a spreadsheet would never take the text for a formula."""
    return not text.startswith(("=", "+", "-", "@", "\t", "\r"))


MOST_WAITING, MOST_VIEWS = 3, 50
"""Exports that one account has under way at once, and views that it keeps of one ledger."""


@carries_out(norms.IDENTITY_PROTECTED)
def may_ask_another(*, unfinished: int) -> Refusal | None:
    """一个账号同时排队、生成的导出有限。"""
    if unfinished >= MOST_WAITING:
        return Refusal(f"您已有{MOST_WAITING}个导出尚未完成，请稍候。", norms.IDENTITY_PROTECTED)
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_keep_view(*, others: int) -> Refusal | None:
    """一个账号在一种台账里保存的视图有限；同名的是更新，不增加。"""
    if others >= MOST_VIEWS:
        reason = f"您在这个台账里已保存{MOST_VIEWS}个视图，不能再多；请先删除不用的，或者用已有的名称更新。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="name")
    return None


@carries_out(norms.IDENTITY_PROTECTED)
def may_find_by(digits: int, *, posts: Collection[str]) -> Refusal | None:
    """电话后四位只由受理员、回访员检索：四位数字很快就能试遍。"""
    if digits == SHORT_TAIL and not {Post.REGISTRAR, Post.CALLER} & set(posts):
        reason = "只凭电话后四位，由⟨registrar⟩、⟨caller⟩查找；请填写完整电话、后八位，或完整姓名。"
        return Refusal(reason, norms.IDENTITY_PROTECTED, field="who")
    return None
