"""Rules of the duty ledger: who may count by another limit than the regulation's, and from when."""

from collections.abc import Collection
from datetime import date

from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.policy import norms
from bihuan.policy.limits import Limit
from bihuan.policy.pack import LimitRule, Pack


def name_of(rule: LimitRule) -> str:
    """How a form names a rule: its limit and for what it holds."""
    return "|".join((rule.name, rule.urgency or "", rule.channel or "", rule.appeal_type or ""))


def rule_named(text: str, pack: Pack) -> LimitRule | Refusal:
    """The rule of the regulation that a form names."""
    found = (rule for rules in pack.limits.values() for rule in rules if name_of(rule) == text)
    return next(found, Refusal("规则中没有这一项时限。", norms.WORKING_TIME, field="rule"))


@carries_out(norms.WORKING_TIME)
def may_adjust(
    rule: LimitRule, limit: Limit, *, from_on: date, tomorrow: date, adjustable: Collection[str]
) -> Refusal | None:
    """只能调整按职责计算的时限，自次日起生效，且须与原时限不同。"""
    if rule.name not in adjustable:
        return Refusal("这一项不是职责的办理时限，不能在此调整。", norms.WORKING_TIME, field="rule")
    if limit == rule.limit:
        return Refusal(f"与文件规定相同（{rule.limit.words}），不需要调整。", norms.WORKING_TIME, field="limit")
    if from_on < tomorrow:
        return Refusal(f"最早自{tomorrow}起生效，已产生的职责不受影响。", norms.WORKING_TIME, field="from_on")
    return None


@carries_out(norms.WORKING_TIME)
def may_end(*, until_on: date, tomorrow: date) -> Refusal | None:
    """调整只能自次日起终止。"""
    if until_on < tomorrow:
        return Refusal(f"最早自{tomorrow}起恢复。", norms.WORKING_TIME, field="until_on")
    return None
