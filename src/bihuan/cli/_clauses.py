"""The clause table: what carries out every clause of every regulation."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bihuan.policy import norms
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import Carried, Clause, LimitRule, Pack
from bihuan.vetting.engine import Carriers

ENGLISH = {
    Carried.WHOLE: "carried out",
    Carried.PARTLY: "in part",
    Carried.NOT_YET: "not yet",
    Carried.ORGANISATIONAL: "organisational",
}
_UNCARRIED = "（没有代码 no code）"
HEAD = """\
# 条款对照表

由 `bihuan docs` 生成，勿手工修改。每一条款落实到什么程度，由哪些规范（norm）、规则、环节、职责和测试落实。
“已落实”的，原文每一层意思都有规范和以该条为标记的测试；“部分落实”的写明还缺什么；“尚未实现”的没有代码；
“组织措施”的不能由软件落实。
"""


def page(packs: Sequence[Pack], carriers: Mapping[str, Carriers], tests: Mapping[str, list[str]]) -> str:
    """The whole page."""
    return "\n".join([HEAD, *(section for pack in packs for section in _pack(pack, carriers, tests))])


def untested(packs: Sequence[Pack], tests: Mapping[str, list[str]]) -> list[str]:
    """The clauses that are said to be carried out and have no test of their own."""
    clauses = (clause for pack in packs for clause in pack.clauses.values())
    return [clause.id for clause in clauses if clause.state is Carried.WHOLE and not tests.get(clause.id)]


def _pack(pack: Pack, carriers: Mapping[str, Carriers], tests: Mapping[str, list[str]]) -> Iterable[str]:
    rows = [_clause(clause, carriers, tests) for clause in pack.clauses.values()]
    states = Counter(clause.state for clause in pack.clauses.values())
    yield f"## {pack.instrument.title}（{pack.instrument.number}，{pack.ref}）\n"
    yield f"共 {len(rows)} 条：{'，'.join(f'{state.label} {states[state]}' for state in Carried)}。\n"
    yield table(("条款", "原文", "落实", "规范", "规则", "环节", "职责", "测试"), rows)
    yield "### 没有条款、以默认值确立的规范\n"
    yield table(("规范", "含义", "依据", "规则", "环节", "职责"), _defaults(pack, carriers))
    yield "### 时限\n"
    yield table(("时限", "适用", "数值", "条款或依据"), (_limit(rule) for rules in _by_name(pack) for rule in rules))


def _clause(clause: Clause, carriers: Mapping[str, Carriers], tests: Mapping[str, list[str]]) -> tuple[str, ...]:
    named = (*clause.norms, *clause.also)
    parts = [carriers.get(norm, Carriers()) for norm in named]
    state = f"{clause.state.label} {ENGLISH[clause.state]}"
    return (
        clause.id,
        cell_of(clause.text),
        f"{state}：{cell_of(clause.partly)}" if clause.partly else state,
        lines(code(norm) + ("" if part else _UNCARRIED) for norm, part in zip(named, parts, strict=True)),
        *_carried(parts),
        lines(map(code, tests.get(clause.id, []))),
    )


def _defaults(pack: Pack, carriers: Mapping[str, Carriers]) -> Iterable[tuple[str, ...]]:
    for binding in pack.bindings.values():
        if binding.clause is None:
            part = carriers.get(binding.norm, Carriers())
            parameters = "".join(f"；{name} = {value}" for name, value in binding.parameters.items())
            title = norms.norm(binding.norm).title + ("" if part else _UNCARRIED)
            yield code(binding.norm), title, f"{binding.basis}{parameters}", *_carried([part])


def _carried(parts: Sequence[Carriers]) -> tuple[str, str, str]:
    return (
        lines(dict.fromkeys(code(rule) for part in parts for rule in part.rules)),
        lines(dict.fromkeys(act for part in parts for act in part.acts)),
        lines(dict.fromkeys(duty for part in parts for duty in part.duties)),
    )


def _by_name(pack: Pack) -> Iterable[tuple[LimitRule, ...]]:
    return (pack.limits[name] for name in LimitName if name in pack.limits)


def _limit(rule: LimitRule) -> tuple[str, ...]:
    return (
        LimitName(rule.name).label,
        "、".join(rule.selectors.values()) or "全部",
        rule.limit.words,
        rule.clause or f"默认：{rule.basis}",
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


def lines(words: Iterable[str]) -> str:
    """Lines in one cell."""
    return "<br>".join(words)


def code(word: str) -> str:
    """A word of the file."""
    return f"`{word}`"


def cell_of(text: str) -> str:
    """A text in one cell."""
    return text.strip().replace("|", "\\|").replace("\n", "<br>")
