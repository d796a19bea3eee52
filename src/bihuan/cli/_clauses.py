"""The clause table: what carries out every clause of every regulation."""

from collections.abc import Iterable, Mapping, Sequence

from bihuan.cli._engine import Carriers
from bihuan.policy import norms
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import Clause, LimitRule, Pack

NOT_YET, ORGANISATIONAL = "尚未实现 not yet", "组织措施 organisational"
HEAD = """\
# 条款对照表

由 `bihuan docs` 生成，勿手工修改。每一条款由哪些规范（norm）、规则、环节、职责和测试落实；“尚未实现”的没有代码，
“组织措施”的不能由软件落实。
"""


def page(packs: Sequence[Pack], carriers: Mapping[str, Carriers], tests: Mapping[str, list[str]]) -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section for pack in packs for section in _pack(pack, carriers, tests))])


def _pack(pack: Pack, carriers: Mapping[str, Carriers], tests: Mapping[str, list[str]]) -> Iterable[str]:
    rows = [_clause(clause, carriers, tests) for clause in pack.clauses.values()]
    not_yet = sum(row[2].endswith(NOT_YET) for row in rows)
    organisational = sum(row[2] == ORGANISATIONAL for row in rows)
    carried = len(rows) - not_yet - organisational
    yield f"## {pack.instrument.title}（{pack.instrument.number}，{pack.ref}）\n"
    yield f"共 {len(rows)} 条：已落实 {carried}，尚未实现 {not_yet}，组织措施 {organisational}。\n"
    yield _table(("条款", "原文", "规范", "规则", "环节", "职责", "测试"), rows)
    yield "### 没有条款、以默认值确立的规范\n"
    yield _table(("规范", "含义", "依据", "规则", "环节", "职责"), _defaults(pack, carriers))
    yield "### 时限\n"
    yield _table(("时限", "适用", "数值", "条款或依据"), (_limit(rule) for rules in _by_name(pack) for rule in rules))


def _clause(clause: Clause, carriers: Mapping[str, Carriers], tests: Mapping[str, list[str]]) -> tuple[str, ...]:
    named = (*clause.norms, *clause.also)
    parts = [carriers.get(norm, Carriers()) for norm in named]
    if clause.organisational:
        state = [ORGANISATIONAL]
    elif not any(parts):
        state = [*map(_code, named), NOT_YET]
    else:
        state = [_code(norm) + ("" if part else f"（{NOT_YET}）") for norm, part in zip(named, parts, strict=True)]
    return (
        clause.id,
        _cell(clause.text),
        _lines(state),
        *_carried(parts),
        _lines(map(_code, tests.get(clause.id, []))),
    )


def _defaults(pack: Pack, carriers: Mapping[str, Carriers]) -> Iterable[tuple[str, ...]]:
    for binding in pack.bindings.values():
        if binding.clause is None:
            part = carriers.get(binding.norm, Carriers())
            parameters = "".join(f"；{name} = {value}" for name, value in binding.parameters.items())
            title = norms.norm(binding.norm).title + ("" if part else f"（{NOT_YET}）")
            yield _code(binding.norm), title, f"{binding.basis}{parameters}", *_carried([part])


def _carried(parts: Sequence[Carriers]) -> tuple[str, str, str]:
    return (
        _lines(dict.fromkeys(_code(rule) for part in parts for rule in part.rules)),
        _lines(dict.fromkeys(act for part in parts for act in part.acts)),
        _lines(dict.fromkeys(duty for part in parts for duty in part.duties)),
    )


def _by_name(pack: Pack) -> Iterable[tuple[LimitRule, ...]]:
    return (pack.limits[name] for name in LimitName if name in pack.limits)


def _limit(rule: LimitRule) -> tuple[str, ...]:
    scope = [s for s in (rule.urgency, rule.channel, rule.appeal_type) if s]
    return (
        LimitName(rule.name).label,
        "、".join(scope) or "全部",
        rule.limit.words,
        rule.clause or f"默认：{rule.basis}",
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def _lines(words: Iterable[str]) -> str:
    return "<br>".join(words)


def _code(word: str) -> str:
    return f"`{word}`"


def _cell(text: str) -> str:
    return text.strip().replace("|", "\\|").replace("\n", "<br>")
