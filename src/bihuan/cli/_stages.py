"""A stage table as a page: every move, and the drawing of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bihuan.cases.types import Part
from bihuan.duties.types import Bar, DutySpec
from bihuan.kernel.stages import Move, StageTable
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.pack import Pack


def page(table: StageTable, specs: Mapping[str, DutySpec], packs: Sequence[Pack]) -> str:
    """The whole page."""
    head = f"# 环节表：{table.label}\n"
    note = "由 `bihuan docs` 生成，勿手工修改。规定没有确立某一规范的，该行对其不存在（“—”）。\n"
    return "\n".join([head, note, _drawing(table), _moves(table, packs), _duties(specs), *_exceptions(table)])


def _duties(specs: Mapping[str, DutySpec]) -> str:
    """Who may let each duty off, what waits for it, and whether it outlives its subject."""
    said = "\n职责的债权人（除诉求人和系统外，只有他们可以免除它）、未了结时不能办理的环节、事项终结后是否仍须履行：\n"
    head = ["职责", "由谁", "债权人", "未了结时不能", "终结后仍须履行"]
    rows = ([*_duty(spec)] for spec in specs.values())
    return "\n".join([said, *(f"| {' | '.join(cells)} |" for cells in [head, ["---"] * len(head), *rows])]) + "\n"


def _duty(spec: DutySpec) -> Iterator[str]:
    yield f"{spec.kind.label} `{spec.kind.value}`"
    yield Part(spec.part).label
    yield "、".join(Part(part).label for part in sorted(spec.waived_by)) or "—"
    yield "、".join(dict.fromkeys(map(_barred, spec.bars)))
    yield "是" if spec.survives else ""


def _barred(bar: Bar) -> str:
    return f"{bar.act.label}（到“{bar.into.label}”）" if bar.into else bar.act.label


def _exceptions(table: StageTable) -> list[str]:
    """Where somebody who is no creditor lets a duty off, and why."""
    if not table.exceptions:
        return []
    told = (f"- {act.label}免除“{kind.label}”：{why}" for (act, kind), why in table.exceptions.items())
    return ["\n例外：\n", *told, ""]


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
        _norms(move),
        *(_bound(move, pack) for pack in packs),
        _labels(move.opens, move.may_open),
        _labels(move.discharges, move.settles),
        _lapsing(move),
    ]


def _lapsing(move: Move) -> str:
    """What lapses by it; what is let off whatever the hour, and what ends unmet, is said."""
    all_or_named = "其余全部" if move.lapses_all else ""
    named = _labels(move.lapses, move.frees)
    lapsing = "、".join(words for words in (named, all_or_named) if words)
    excused = "（免除，不论是否逾期）" if lapsing and move.absolves else ""
    unmet = f"未履行：{_labels(move.forfeits)}" if move.forfeits else ""
    return "；".join(words for words in (lapsing + excused, unmet) if words)


def _norms(move: Move) -> str:
    """By which norm the act is done; which other one must hold besides, or must not."""
    given = f"，且有 `{move.given.name}`" if move.given else ""
    unless = f"，且没有 `{move.unless.name}`" if move.unless else ""
    return f"`{move.norm.name}`{given}{unless}"


def _bound(move: Move, pack: Pack) -> str:
    if not move.holds(pack.binds):
        return "—"
    return pack.binding(move.norm).clause or "默认"


def _labels(words: Iterable[Vocabulary], singly: Iterable[Vocabulary] = ()) -> str:
    """Duties by name; those of single units, or only where the facts say so, in brackets."""
    return "、".join([*(word.label for word in words), *(f"（{word.label}）" for word in singly)])


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
