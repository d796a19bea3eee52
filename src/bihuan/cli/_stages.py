"""A stage table as a page: every move, and the drawing of it."""

from collections.abc import Iterable, Sequence

from bihuan.kernel.stages import Move, StageTable
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.pack import Pack


def page(table: StageTable, packs: Sequence[Pack]) -> str:
    """The whole page."""
    head = f"# 环节表：{table.label}\n"
    note = "由 `bihuan docs` 生成，勿手工修改。规定没有确立某一规范的，该行对其不存在（“—”）。\n"
    return "\n".join([head, note, _drawing(table), _moves(table, packs)])


def _moves(table: StageTable, packs: Sequence[Pack]) -> str:
    head = ["从", "环节", "到", "由谁", "规范", *(pack.id for pack in packs), "产生职责", "履行职责", "失效职责"]
    rows = (_row(move, packs) for move in table.moves)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows]) + "\n"


def _row(move: Move, packs: Sequence[Pack]) -> list[str]:
    return [
        move.origin.label if move.origin else "（起始）",
        f"{move.act.label} `{move.act.value}`",
        move.target.label,
        move.who_words,
        f"`{move.norm.name}`",
        *(_bound(move, pack) for pack in packs),
        _labels(move.opens),
        _labels(move.discharges),
        "全部" if move.lapses_all else _labels(move.lapses),
    ]


def _bound(move: Move, pack: Pack) -> str:
    if not pack.binds(move.norm):
        return "—"
    return pack.binding(move.norm).clause or "默认"


def _labels(words: Iterable[Vocabulary]) -> str:
    return "、".join(word.label for word in words)


def _drawing(table: StageTable) -> str:
    """The table as a mermaid diagram; acts between the same two stages share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    stages: dict[str, str] = {}
    for move in table.moves:
        for stage in (move.origin, move.target):
            if stage is not None:
                stages[stage.value] = stage.label
        arrows.setdefault((move.origin.value if move.origin else "[*]", move.target.value), []).append(move.act.label)
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {code} : {label}" for code, label in stages.items()]
    lines += [f"    {origin} --> {target} : {'、'.join(acts)}" for (origin, target), acts in arrows.items()]
    lines += [f"    {end.value} --> [*]" for end in sorted(table.ends) if not table.rows_from(end)]
    return "\n".join([*lines, "```", ""])
