"""Where subjects stand, drawn from their stage tables: every stage, the way walked so far, and what is possible now.

Small on the page of a subject; written out, with every act and who does it, as the flow chart that is printed.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bihuan.kernel.norm import Norm
from bihuan.kernel.stages import Branch, Move, StageTable
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.web.layering import Box, Link, Point, Route, lay_out

WIDE, HIGH, EDGE, LINE, ROOM, SHORT, ROUND = 100, 26, 12, 14, 260, 110, 4
SIGNS = 9
"""So many signs stand in a line on an arrow: what is written out must be legible on one sheet of A4."""
_PIECE = re.compile("或?[^、或]+、?")
"""What stays in one line: of several who may do something, each."""
LEGIBLE = 1600
"""A drawing so wide is legible where it is made as small as the page of a screen of 1440 pixels has room."""
MANY = 4
"""An act that leads from so many stages to one is told below the drawing."""
ANYWHERE = 5
"""So does one that in so many stages leaves the stage as it is."""
ASIDE = frozenset(
    {
        "verify_instruction",
        "deny_instruction",
        "deny_key_whistle",
        "fulfil_promise",
        "check_promise",
        "renew_promise",
        "break_promise",
    }
)
"""What stands beside a process is told below: whether a leader gave an instruction, what became of a promise."""
START = "start"
_ORDER: Mapping[str, int] = {"other": 0, "possible": 1, "walked": 2}

Say = Callable[[object], str]
"""How a word is told: a vocabulary's by its label, in its own sense."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: by which act the subject came to which stage."""

    act: str
    stage: str


@dataclass(frozen=True, slots=True)
class Course:
    """One life in a drawing: where it stands, how it came there, what is open now. Without a stage, just its table."""

    table: StageTable
    stage: Vocabulary | None = None
    way: Sequence[Step] = ()
    possible: Sequence[str] = ()

    def states(self) -> Callable[[Move], str]:
        """Tells of a move whether it was made, can be made now, or neither."""
        steps = {("", step.act, step.stage) for step in self.way[:1]}
        steps |= {(before.stage, step.act, step.stage) for before, step in pairwise(self.way)}

        def state(move: Move) -> str:
            if (move.origin or "", move.act, move.target) in steps:
                return "walked"
            return "possible" if move.origin == self.stage and move.act in self.possible else "other"

        return state


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of text with its state."""

    text: str
    state: str = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text in the drawing."""

    x: int
    y: int
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A stage as a box, with what is done there."""

    label: str
    x: int
    y: int
    width: int
    height: int
    here: bool
    walked: bool
    end: bool
    branch: bool
    title: tuple[int, int]
    """Where its label stands."""
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """Rows of a table as one curve; `state` is walked, possible or other."""

    path: str
    head: str
    state: str
    words: str
    ground: tuple[int, int, int, int] | None
    """Where what is written on it stands: left, top, width, height."""
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """One life of the drawing in words."""

    label: str
    way: tuple[tuple[str, str], ...]
    """Act and stage of every step, as labels."""
    possible: tuple[tuple[str, str], ...]
    """Act and stage of what can be done now, as labels."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The drawing, and the same in words."""

    label: str
    width: int
    height: int
    nodes: tuple[Node, ...]
    lines: tuple[Arrow, ...]
    stories: tuple[Story, ...]
    notes: tuple[str, ...]
    """Acts that lead from many stages to one."""
    rows: tuple[tuple[str, str, str, str], ...]
    """Every move that is drawn: from, act, who, to."""
    two: bool
    """Whether a branch is drawn too."""

    @property
    def fits(self) -> bool:
        """Whether it may be made smaller to stand whole on a desk's screen, and is still legible."""
        return self.width <= LEGIBLE


@dataclass(frozen=True, slots=True)
class _Done:
    """An act as it is written: what, by whom, in what state."""

    text: str
    who: str
    state: str


@dataclass(slots=True)
class _Sketch:
    """What is to be drawn, before anything has its place."""

    say: Say
    written: bool
    labels: dict[str, str] = field(default_factory=dict)
    courses: dict[str, tuple[Course, str]] = field(default_factory=dict)
    """Box → of which course it is which stage."""
    inner: dict[str, list[_Done]] = field(default_factory=dict)
    """Box → what is done there without leaving it."""
    arrows: dict[tuple[str, str], list[_Done]] = field(default_factory=dict)
    """From and to which box → the acts that lead there."""
    notes: list[str] = field(default_factory=list)
    rows: list[tuple[str, str, str, str]] = field(default_factory=list)


def _in_chinese(word: object) -> str:
    return str(getattr(word, "label", word))


def draw(
    courses: Sequence[Course],
    drawn: Callable[[Norm], bool],
    *,
    branches: Iterable[Branch] = (),
    say: Say = _in_chinese,
    written: bool = False,
) -> Flow:
    """Draw stage tables, the first with the branches that begin in it.

    `drawn` are the norms whose moves are shown; what was walked or is possible now is shown besides. `say` puts
    labels into words, `written` writes the acts out.
    """
    sketch = _Sketch(say, written)
    if written:
        sketch.labels[START] = say("开始")
    for course in courses:
        _sketch(sketch, course, drawn, begins=course is courses[0])
    for branch in branches:
        _join(sketch, branch, {course.table.subject: course for course in courses})
    widest = max(_length(label) for label in sketch.labels.values()) + 2 * EDGE
    sizes = {key: _size(sketch, key, widest) for key in sketch.labels}
    boxes = tuple(Box(key, *_turned(wide, high, written)) for key, (wide, high) in sizes.items())
    pairs = [pair for pair in sketch.arrows if pair[0] in sizes and pair[1] in sizes]
    written_on = {pair: _written_on(sketch.arrows[pair]) if written else () for pair in pairs}
    links = tuple(Link(*pair, *_turned(*_measure(written_on[pair]), written)) for pair in pairs)
    laid = lay_out(boxes, links)
    arrows = (_arrow(sketch, pair, route, written_on[pair]) for pair, route in zip(pairs, laid.routes, strict=True))
    return Flow(
        label=say(courses[0].table.label),
        width=round(laid.across if written else laid.along) + 2 * EDGE,
        height=round(laid.along if written else laid.across) + 2 * EDGE,
        nodes=tuple(_node(sketch, key, size, laid.boxes[key]) for key, size in sizes.items()),
        lines=tuple(sorted(arrows, key=lambda arrow: _ORDER[arrow.state])),
        stories=tuple(_story(course, say) for course in courses if course.stage is not None),
        notes=tuple(sketch.notes),
        rows=tuple(sketch.rows),
        two=len(courses) > 1,
    )


def _sketch(sketch: _Sketch, course: Course, drawn: Callable[[Norm], bool], *, begins: bool) -> None:
    """The stages and moves of one table, as far as they are drawn."""
    table, say = course.table, sketch.say
    state_of = course.states()
    shown = [(m, state) for m in table.moves if (state := state_of(m)) != "other" or drawn(m.norm)]
    stages = _reached([m for m, _ in shown])
    shown = [(m, state) for m, state in shown if m.origin is None or m.origin in stages]
    many, told = _many([m for m, _ in shown]), set[object]()
    anywhere = _anywhere([m for m, _ in shown]) if begins else set()
    linked: set[object] = {stages[0], course.stage} if stages else set()
    for move, state in shown:
        done = _Done(say(move.act), _who(move, say), state)
        origin = say(move.origin) if move.origin else say("开始")
        sketch.rows.append((origin, done.text, done.who, say(move.target)))
        stays = move.origin == move.target
        beside = not course.possible and not course.way and str(move.act) in ASIDE
        leads = beside or (move.act in anywhere if stays else (move.act, move.target) in many)
        key = move.act if stays else (move.act, move.target)
        again = key in told
        told.add(key)
        if stays and leads and state == "other":
            sketch.notes += [] if again else [f"{done.text}{say('（')}{done.who}{say('）')}"]
        elif stays:
            if state != "other" or not any(d.text == done.text for found in sketch.inner.values() for d in found):
                sketch.inner.setdefault(_key(table, move.target), []).append(done)
        elif leads and state == "other":
            sketch.notes += [] if again else [f"{done.text}{say('（')}{done.who}{say('）')}→ {say(move.target)}"]
        elif move.origin is not None or (begins and sketch.written):
            at = _key(table, move.origin) if move.origin else START
            sketch.arrows.setdefault((at, _key(table, move.target)), []).append(done)
            linked |= {move.origin, move.target}
    for word in stages:
        if word in linked:
            sketch.labels[_key(table, word)] = say(word)
            sketch.courses[_key(table, word)] = course, str(word)


def _join(sketch: _Sketch, branch: Branch, courses: Mapping[str, Course]) -> None:
    """Where the branch leaves the first table, and where it leads back."""
    main, own = courses[branch.main.subject], courses[branch.table.subject]
    begun, over = own.stage is not None, any(step.stage == branch.end for step in own.way)
    begins = next(m for m in branch.table.moves if m.origin is None)
    row = branch.main.row(branch.origin, branch.act)
    state = "walked" if begun else main.states()(row) if row else "other"
    first = _key(branch.main, branch.origin), _key(branch.table, begins.target)
    sketch.arrows[first] = [_Done(sketch.say(branch.act), _who(begins, sketch.say), state)]
    last = _key(branch.table, branch.end), _key(branch.main, branch.target)
    past = over and any(step.stage == branch.target for step in main.way)
    sketch.arrows[last] = [_Done(sketch.say(branch.words), "", "walked" if past else "other")]
    inner = sketch.inner.get(first[0], [])
    sketch.inner[first[0]] = [done for done in inner if done.text != sketch.say(branch.act)]


def _key(table: StageTable, stage: object) -> str:
    return f"{table.subject}.{stage}"


def _reached(moves: Sequence[Move]) -> list[Vocabulary]:
    """Stages in the order in which they are come to."""
    found = list(dict.fromkeys(m.target for m in moves if m.origin is None))
    for word in found:
        found.extend(dict.fromkeys(m.target for m in moves if m.origin == word and m.target not in found))
    return found


def _many(moves: Iterable[Move]) -> set[tuple[object, object]]:
    """Acts that lead from many stages to one."""
    origins: dict[tuple[object, object], int] = {}
    for move in moves:
        if move.origin != move.target:
            origins[move.act, move.target] = origins.get((move.act, move.target), 0) + 1
    return {pair for pair, n in origins.items() if n >= MANY}


def _anywhere(moves: Sequence[Move]) -> set[object]:
    """Acts that leave the stage as it is, in so many stages that they belong to none."""
    stays = Counter(m.act for m in moves if m.origin == m.target)
    return {act for act, stages in stays.items() if stages >= ANYWHERE}


def _who(move: Move, say: Say) -> str:
    return say("、").join(say(role) for role in move.who)


def _length(text: str, size: int = 13) -> int:
    """About how wide a text is set."""
    return round(sum(size if ord(sign) > 0x2E7F else size * 0.56 for sign in text))


def _turned(wide: int, high: int, written: bool) -> tuple[int, int]:
    """Along and across: what is written out runs downwards, what is small runs to the right."""
    return (high, wide) if written else (wide, high)


def _size(sketch: _Sketch, key: str, widest: int) -> tuple[int, int]:
    """How wide and high a box is; in a small drawing all are as wide as the widest."""
    if not sketch.written:
        return max(WIDE, widest), HIGH
    lines = _listed(sketch.inner.get(key, []), sketch.say)
    wide, _ = _measure(lines)
    return max(WIDE, _length(sketch.labels[key]) + 2 * EDGE, wide + EDGE), HIGH + len(lines) * LINE


def _measure(lines: Sequence[tuple[Words, ...]]) -> tuple[int, int]:
    """How wide and high lines of small type are."""
    if not lines:
        return 0, 0
    return max(_length("".join(w.text for w in line), 12) for line in lines) + 8, len(lines) * LINE


def _listed(done: Sequence[_Done], say: Say) -> tuple[tuple[Words, ...], ...]:
    """Who does what at a stage, in lines no longer than there is room."""
    by_whom: dict[str, list[_Done]] = {}
    for one in done:
        by_whom.setdefault(one.who, []).append(one)
    lines: list[list[Words]] = []
    for who, acts in by_whom.items():
        line = [Words(who + say("："), "who")]
        lines.append(line)
        for n, one in enumerate(acts):
            text = one.text + (say("、") if n < len(acts) - 1 else "")
            if len(line) > 1 and _length("".join(w.text for w in line) + text, 12) > ROOM:
                line = []
                lines.append(line)
            line.append(Words(text, one.state))
    return tuple(tuple(line) for line in lines)


def _written_on(done: Sequence[_Done]) -> tuple[tuple[Words, ...], ...]:
    """What stands on an arrow: every act with who does it, in one line where that is short."""
    lines: list[tuple[Words, ...]] = []
    for one in done:
        act, who = Words(one.text, one.state), Words(f" {one.who}", "who")
        if one.who and _length(act.text + who.text, 12) <= SHORT:
            lines.append((act, who))
        else:
            lines += [(Words(part, one.state),) for part in _parted(one.text)]
            lines += [(Words(part, "who"),) for part in _parted(one.who)]
    return tuple(lines)


def _parted(text: str) -> list[str]:
    """A text in lines for an arrow: parted between its words where that can be seen, never within an alphabet's."""
    if any(" " < sign < "\x7f" for sign in text):
        return [text]
    lines = [""]
    for piece in _PIECE.findall(text):
        for at in range(0, len(piece), _even(piece)):
            part = piece[at : at + _even(piece)]
            lines = [*lines[:-1], lines[-1] + part] if len(lines[-1] + part) <= SIGNS else [*lines, part]
    return [line for line in lines if line]


def _even(text: str) -> int:
    """How many signs stand in each of its lines."""
    return -(-len(text) // -(-len(text) // SIGNS))


def _node(sketch: _Sketch, key: str, size: tuple[int, int], middle: Point) -> Node:
    wide, high = size
    x, y = _at(sketch, middle)
    left, top = x - wide // 2, y - high // 2
    course, stage = sketch.courses.get(key, (None, ""))
    lines = _listed(sketch.inner.get(key, []), sketch.say) if sketch.written else ()
    return Node(
        label=sketch.labels[key],
        x=left,
        y=top,
        width=wide,
        height=high,
        here=course is not None and course.stage == stage,
        walked=any(step.stage == stage for step in course.way) if course else _begun(sketch),
        end=key == START or (course is not None and stage in course.table.ends),
        branch=course is not None and course.table.subject != _first(sketch).table.subject,
        title=(x, top + HIGH // 2),
        lines=tuple(Line(left + EDGE // 2, top + HIGH + 3 + n * LINE, line) for n, line in enumerate(lines)),
    )


def _first(sketch: _Sketch) -> Course:
    return next(course for course, _ in sketch.courses.values())


def _begun(sketch: _Sketch) -> bool:
    return bool(_first(sketch).way)


def _at(sketch: _Sketch, point: Point) -> tuple[int, int]:
    """A point of the layout in the drawing."""
    along, across = round(point[0]) + EDGE, round(point[1]) + EDGE
    return (across, along) if sketch.written else (along, across)


def _arrow(sketch: _Sketch, pair: tuple[str, str], route: Route, lines: Sequence[tuple[Words, ...]]) -> Arrow:
    done = sketch.arrows[pair]
    points = [_at(sketch, point) for point in route.points]
    x, y = _at(sketch, route.words)
    wide, high = _measure(lines)
    top = y - high // 2
    return Arrow(
        path=_path(points),
        head=_head(points, sketch.written),
        state=max((one.state for one in done), key=lambda state: _ORDER[state]),
        words=f"{sketch.labels[pair[0]]} → {sketch.labels[pair[1]]}",
        ground=(x - wide // 2, top, wide, high) if lines else None,
        lines=tuple(Line(x, top + n * LINE + LINE // 2, line) for n, line in enumerate(lines)),
    )


def _path(points: Sequence[tuple[int, int]]) -> str:
    """Straight, with rounded corners."""
    said = [f"M{points[0][0]} {points[0][1]}"]
    for before, (x, y), after in zip(points, points[1:], points[2:], strict=False):
        (x1, y1), (x2, y2) = _towards((x, y), before), _towards((x, y), after)
        said.append(f"L{x1} {y1}Q{x} {y} {x2} {y2}")
    said.append(f"L{points[-1][0]} {points[-1][1]}")
    return "".join(said)


def _towards(corner: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    """Where a corner begins to be round, on its way to another point on the same line."""
    (x, y), (x1, y1) = corner, other
    far = min(ROUND, (abs(x1 - x) + abs(y1 - y)) // 2)
    return x + far * _sign(x1 - x), y + far * _sign(y1 - y)


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _head(points: Sequence[tuple[int, int]], down: bool) -> str:
    """The point of the arrow, where the line ends."""
    (x, y), (x1, y1) = points[-1], points[-2]
    if down:
        back = -8 if y > y1 else 8
        return f"M{x} {y}L{x - 4} {y + back}L{x + 4} {y + back}Z"
    back = -8 if x > x1 else 8
    return f"M{x} {y}L{x + back} {y - 4}L{x + back} {y + 4}Z"


def _story(course: Course, say: Say) -> Story:
    acts = {str(m.act): say(m.act) for m in course.table.moves}
    stages = {str(m.target): say(m.target) for m in course.table.moves}
    leads = {str(m.act): say(m.target) for m in course.table.rows_from(course.stage)}
    return Story(
        say(course.table.label),
        tuple((acts.get(s.act, s.act), stages.get(s.stage, s.stage)) for s in course.way),
        tuple((acts[a], leads[a]) for a in dict.fromkeys(course.possible) if a in leads),
    )


def undoes(table: StageTable, act: str, stage: Vocabulary, last: str) -> bool:
    """Whether the act takes back what the last act did: it leads from here to where that act started."""
    back = next((m.target for m in table.rows_from(stage) if str(m.act) == act), None)
    if back is None or back == stage:
        return False
    return any(str(m.act) == last and m.target == stage for m in table.rows_from(back))
