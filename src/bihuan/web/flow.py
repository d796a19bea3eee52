"""Where a subject stands, drawn from its stage table: every stage, the way walked so far, and what is possible now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bihuan.kernel.norm import Norm
from bihuan.kernel.stages import Move, StageTable
from bihuan.kernel.vocabulary import Vocabulary

WIDE, HIGH, GAP_X, GAP_Y, EDGE = 100, 32, 36, 10, 12


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: by which act the subject came to which stage."""

    act: str
    stage: str


@dataclass(frozen=True, slots=True)
class Node:
    """A stage as a box."""

    label: str
    x: int
    y: int
    here: bool
    walked: bool
    end: bool
    middle: tuple[int, int]
    """Where its label stands."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table as a curve; `state` is walked, possible or other."""

    path: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The drawing, and the same in words."""

    label: str
    width: int
    height: int
    box: tuple[int, int]
    """How large a stage is."""
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    way: tuple[tuple[str, str], ...]
    """Act and stage of every step, as labels."""
    possible: tuple[tuple[str, str], ...]
    """Act and stage of what can be done now, as labels."""


def draw(
    table: StageTable,
    binds: Callable[[Norm], bool],
    stage: Vocabulary,
    way: Sequence[Step],
    possible: Sequence[str],
    say: Callable[[str], str] = str,
) -> Flow:
    """Draw any stage table as its pack binds it; `possible` are the acts open now, `say` puts labels into words."""
    moves = tuple(m for m in table.moves if binds(m.norm))
    columns = _columns(table, moves)
    labels = {word: say(word.label) for column in columns for word in column}
    wide = max(WIDE, *(_length(label) + 2 * EDGE for label in labels.values()))
    places = _places(columns, wide)
    trodden = {(before.stage, step.act, step.stage) for before, step in pairwise(way)}
    been, open_now = {step.stage for step in way}, set(possible)

    def state(move: Move) -> str:
        if (str(move.origin), str(move.act), str(move.target)) in trodden:
            return "walked"
        return "possible" if move.origin == stage and str(move.act) in open_now else "other"

    lines = _merged(
        Line(_curve(places[m.origin], places[m.target], wide), state(m), f"{labels[m.origin]} → {labels[m.target]}")
        for m in moves
        if m.origin in places and m.origin != m.target
    )
    nodes = tuple(
        Node(labels[w], x, y, w == stage, str(w) in been, w in table.ends, (x + wide // 2, y + HIGH // 2))
        for w, (x, y) in places.items()
    )
    acts = {str(m.act): say(m.act.label) for m in moves}
    told = {str(word): label for word, label in labels.items()}
    leads = {str(m.act): labels[m.target] for m in moves if m.origin == stage}
    return Flow(
        label=say(table.label),
        width=max(x for x, _ in places.values()) + wide + EDGE,
        height=max(y for _, y in places.values()) + HIGH + EDGE + 26,
        box=(wide, HIGH),
        nodes=nodes,
        lines=lines,
        way=tuple((acts.get(s.act, s.act), told.get(s.stage, s.stage)) for s in way),
        possible=tuple((acts[a], leads[a]) for a in dict.fromkeys(possible) if a in leads),
    )


def _columns(table: StageTable, moves: Sequence[Move]) -> list[list[Vocabulary]]:
    """Stages by how few acts lead to them; ends stand last. Within a column, beside where they come from."""
    rank: dict[Vocabulary, int] = {m.target: 0 for m in moves if m.origin is None}
    waiting = list(rank)
    while waiting:
        origin = waiting.pop(0)
        for move in moves:
            if move.origin == origin and move.target not in rank:
                rank[move.target] = rank[origin] + 1
                waiting.append(move.target)
    last = max((n for word, n in rank.items() if word not in table.ends), default=0) + 1
    columns: list[list[Vocabulary]] = [[] for _ in range(last + 1)]
    for word, n in rank.items():
        columns[last if word in table.ends else n].append(word)
    height: dict[Vocabulary, float] = {}
    for column in columns:
        before = {w: [height[m.origin] for m in moves if m.target == w and m.origin in height] for w in column}
        column.sort(key=lambda w: sum(before[w]) / len(before[w]) if before[w] else 0)
        height |= {word: n - len(column) / 2 for n, word in enumerate(column)}
    return [column for column in columns if column]


def _length(words: str) -> int:
    """About how wide a label is drawn."""
    return sum(13 if ord(sign) > 0x2E7F else 7 for sign in words)


def _places(columns: Sequence[Sequence[Vocabulary]], wide: int) -> dict[Vocabulary, tuple[int, int]]:
    """Where each stage's box begins; every column stands in the middle."""
    most = max(len(column) for column in columns)
    return {
        word: (EDGE + x * (wide + GAP_X), EDGE + y * (HIGH + GAP_Y) + (most - len(column)) * (HIGH + GAP_Y) // 2)
        for x, column in enumerate(columns)
        for y, word in enumerate(column)
    }


def _curve(origin: tuple[int, int], target: tuple[int, int], wide: int) -> str:
    """Forward from side to side, back below the boxes, within a column around the right."""
    (ox, oy), (tx, ty) = origin, target
    half = HIGH // 2
    if tx > ox:
        x1, y1, x2, y2 = ox + wide, oy + half, tx, ty + half
        bend = max((x2 - x1) // 2, 16)
        return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    if tx == ox:
        x, y1, y2 = ox + wide, oy + half, ty + half
        return f"M{x} {y1}C{x + 26} {y1} {x + 26} {y2} {x} {y2}"
    x1, y1, x2, y2 = ox + wide // 2, oy + HIGH, tx + wide // 2, ty + HIGH
    deep = max(y1, y2) + 24
    return f"M{x1} {y1}C{x1} {deep} {x2} {deep} {x2} {y2}"


def _merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """One curve where several acts lead the same way; what was walked lies uppermost, then what is possible."""
    order: Mapping[str, int] = {"other": 0, "possible": 1, "walked": 2}
    best: dict[str, Line] = {}
    for line in lines:
        if line.path not in best or order[line.state] > order[best[line.path].state]:
            best[line.path] = line
    return tuple(sorted(best.values(), key=lambda line: order[line.state]))


def undoes(table: StageTable, act: str, stage: Vocabulary, last: str) -> bool:
    """Whether the act takes back what the last act did: it leads from here to where that act started."""
    back = next((m.target for m in table.rows_from(stage) if str(m.act) == act), None)
    if back is None or back == stage:
        return False
    return any(str(m.act) == last and m.target == stage for m in table.rows_from(back))
