"""Layered drawing of boxes and the arrows between them: where everything stands, without a thing over another.

`along` runs from the beginning to the end of the drawing, `across` at right angles to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import inf
from statistics import median

GAP_ALONG, GAP_ACROSS, PORT, TRACK = 8, 10, 12, 4
"""The least between two layers, between two things in one, between two arrows at one box, between two that run beside
each other from one layer to the next."""
SWEEPS = 16

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """Something that is drawn, with its size."""

    key: str
    along: int
    across: int


@dataclass(frozen=True, slots=True)
class Link:
    """An arrow from one box to another, with the size of what is written on it."""

    origin: str
    target: str
    along: int = 0
    across: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """How an arrow runs: through which points, along and across in turn, and where its words stand."""

    points: tuple[Point, ...]
    words: Point


@dataclass(frozen=True, slots=True)
class Layout:
    """The middle of every box, the way of every link, and how large the whole is."""

    boxes: Mapping[str, Point]
    routes: tuple[Route, ...]
    along: float
    across: float


@dataclass(eq=False, slots=True)
class _Item:
    """What stands in a layer: a box, the words of a link, or a point through which a link passes."""

    along: int
    across: int
    weight: float
    layer: int
    before: list["_Item"] = field(default_factory=list)
    after: list["_Item"] = field(default_factory=list)
    place: float = 0
    """Its middle across."""


@lru_cache(maxsize=256)
def lay_out(boxes: tuple[Box, ...], links: tuple[Link, ...]) -> Layout:
    """The layout; the first box is where everything begins, and all others can be reached from it."""
    ranks = _ranks([box.key for box in boxes], links)
    step = 2 if any(link.across for link in links) else 1
    items = {box.key: _Item(box.along, box.across, 1, ranks[box.key] * step) for box in boxes}
    chains = [_chain(items[link.origin], items[link.target], link) for link in links]
    layers = _layers([*items.values(), *(one for chain in chains for one in chain.items[1:-1])])
    _order(layers)
    _place(layers)
    _straighten(layers, chains)
    _from_the_edge(layers)
    ports = _ports(chains)
    ways = [_way(chain, ports[n, True], ports[n, False], n) for n, chain in enumerate(chains)]
    tracks = _tracks([bend for way in ways for bend in way])
    bands = _bands(layers, tracks)
    routes = tuple(_route(chain, way, tracks, bands) for chain, way in zip(chains, ways, strict=True))
    middles = {key: (sum(bands[item.layer]) / 2, item.place) for key, item in items.items()}
    across = max(item.place + item.across / 2 for layer in layers for item in layer)
    return Layout(middles, routes, bands[-1][1], across)


def _ranks(keys: Sequence[str], links: Sequence[Link]) -> dict[str, int]:
    """How far every box lies from the beginning, by the longest way along links that do not lead back."""
    after: dict[str, list[str]] = {key: [] for key in keys}
    for link in links:
        after[link.origin].append(link.target)
    done: list[str] = []
    open_now: set[str] = set()
    back: set[tuple[str, str]] = set()

    def visit(key: str) -> None:
        open_now.add(key)
        for target in after[key]:
            if target in open_now:
                back.add((key, target))
            elif target not in done:
                visit(target)
        open_now.remove(key)
        done.append(key)

    for key in keys:
        if key not in done:
            visit(key)
    ranks = dict.fromkeys(keys, 0)
    for key in reversed(done):
        for target in after[key]:
            if (key, target) not in back:
                ranks[target] = max(ranks[target], ranks[key] + 1)
    return ranks


@dataclass(eq=False, slots=True)
class _Chain:
    """A link on its way through the layers, from its upper to its lower end."""

    items: list[_Item]
    written: _Item | None
    back: bool


def _chain(origin: _Item, target: _Item, link: Link) -> _Chain:
    """The way of a link through the layers between; its words stand beside where it starts."""
    back = origin.layer > target.layer
    first, last = (target, origin) if back else (origin, target)
    through = [_Item(0, 2, 6, n) for n in range(first.layer + 1, last.layer)]
    written = None
    if link.across:
        at = -1 if back else 0
        written = through[at] = _Item(link.along, link.across, 2, through[at].layer)
    for one, other in pairwise([first, *through, last]):
        one.after.append(other)
        other.before.append(one)
    return _Chain([first, *through, last], written, back)


def _layers(items: Iterable[_Item]) -> list[list[_Item]]:
    found: dict[int, list[_Item]] = {}
    for item in items:
        found.setdefault(item.layer, []).append(item)
    return [found.get(n, []) for n in range(max(found) + 1)]


def _order(layers: list[list[_Item]]) -> None:
    """Within a layer, beside what they are linked with; the order with the fewest crossings stays."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(SWEEPS):
        downwards = sweep % 2 == 0
        for layer in layers if downwards else reversed(layers):
            places = {item: n for row in layers for n, item in enumerate(row)}
            near = {item: item.before if downwards else item.after for item in layer}
            wanted = {i: sum(places[o] for o in near[i]) / len(near[i]) if near[i] else places[i] for i in layer}
            layer.sort(key=lambda item, wanted=wanted: wanted[item])  # type: ignore[misc]
        if (crossings := _crossings(layers)) < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    layers[:] = best


def _crossings(layers: Sequence[Sequence[_Item]]) -> int:
    found = 0
    for upper, lower in pairwise(layers):
        at = {item: n for n, item in enumerate(lower)}
        ends = [sorted(at[other] for other in item.after if other in at) for item in upper]
        seen: list[int] = []
        for row in ends:
            found += sum(one > other for other in row for one in seen)
            seen += row
    return found


def _place(layers: Sequence[Sequence[_Item]]) -> None:
    """Where everything stands across: as near as may be to what it is linked with, and nothing over another."""
    for layer in layers:
        _stand(layer, [0.0] * len(layer))
    for sweep in range(SWEEPS):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            both = sweep > SWEEPS // 2
            near = [(i, i.before + i.after if both else i.before if sweep % 2 == 0 else i.after) for i in layer]
            _stand(layer, [_mean(others) if others else i.place for i, others in near])


def _straighten(layers: Sequence[Sequence[_Item]], chains: Sequence[_Chain]) -> None:
    """A link that passes several layers runs straight as far as what stands beside it leaves room for that."""
    sides: dict[_Item, tuple[_Item | None, _Item | None]] = {}
    for layer in layers:
        sides |= dict(zip(layer, zip([None, *layer], [*layer[1:], None], strict=False), strict=False))
    for _ in range(3):
        for chain in chains:
            run: list[_Item] = []
            low, high = -inf, inf
            for item in chain.items[1:-1]:
                least, most = _room(item, *sides[item])
                if max(low, least) > min(high, most):
                    _line_up(run, low, high)
                    run, low, high = [], -inf, inf
                run.append(item)
                low, high = max(low, least), min(high, most)
            _line_up(run, low, high)


def _room(item: _Item, left: _Item | None, right: _Item | None) -> tuple[float, float]:
    """Between which places an item can stand, where its neighbours stay."""
    least = left.place + (left.across + item.across) / 2 + GAP_ACROSS if left else -inf
    most = right.place - (right.across + item.across) / 2 - GAP_ACROSS if right else inf
    return least, most


def _line_up(run: Sequence[_Item], low: float, high: float) -> None:
    """Put items of several layers one below the other."""
    if run:
        place = min(max(median(item.place for item in run), low), high)
        for item in run:
            item.place = place


def _from_the_edge(layers: Sequence[Sequence[_Item]]) -> None:
    """The drawing begins at its edge."""
    least = min(item.place - item.across / 2 for layer in layers for item in layer)
    for layer in layers:
        for item in layer:
            item.place -= least


def _mean(items: Sequence[_Item]) -> float:
    return sum(i.place * i.weight for i in items) / sum(i.weight for i in items)


def _stand(layer: Sequence[_Item], wanted: Sequence[float]) -> None:
    found = apart(wanted, [i.across for i in layer], [i.weight for i in layer], GAP_ACROSS)
    for item, place in zip(layer, found, strict=True):
        item.place = place


def apart(wanted: Sequence[float], sizes: Sequence[float], weights: Sequence[float], gap: float) -> list[float]:
    """The places nearest to the wanted ones, in their order, at which nothing lies over another."""
    offsets = [0.0]
    for one, other in pairwise(sizes):
        offsets.append(offsets[-1] + (one + other) / 2 + gap)
    pools: list[tuple[float, float, int]] = []
    for place, offset, weight in zip(wanted, offsets, weights, strict=False):
        mean, heavy, count = place - offset, weight, 1
        while pools and pools[-1][0] >= mean:
            other, its, many = pools.pop()
            mean, heavy, count = (mean * heavy + other * its) / (heavy + its), heavy + its, count + many
        pools.append((mean, heavy, count))
    means = [mean for mean, _, count in pools for _ in range(count)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=False)]


@dataclass(frozen=True, slots=True)
class _Bend:
    """Where a link moves across on its way from one layer to the next."""

    chain: int
    layer: int
    """The upper one."""
    since: float
    until: float

    @property
    def straight(self) -> bool:
        """Whether it does not move at all."""
        return abs(self.since - self.until) < 1

    def beside(self, other: "_Bend") -> bool:
        """Whether both would be drawn on one line."""
        apart = max(min(self.since, self.until), min(other.since, other.until))
        return apart <= min(max(self.since, self.until), max(other.since, other.until)) + TRACK


def _way(chain: _Chain, leaves: float, meets: float, n: int) -> list[_Bend]:
    """How a link moves across, from layer to layer."""
    places = [leaves, *(item.place for item in chain.items[1:-1]), meets]
    first = chain.items[0].layer
    return [_Bend(n, first + at, one, other) for at, (one, other) in enumerate(pairwise(places))]


Tracks = Mapping[_Bend, int]


def _tracks(bends: Iterable[_Bend]) -> Tracks:
    """A track of its own for every bend among those that would lie on it; the uppermost is 0.

    Of those that go to the right the rightmost is uppermost, of those to the left the leftmost: so they do not cross.
    """
    found: dict[_Bend, int] = {}
    by_layer: dict[int, list[_Bend]] = {}
    for bend in bends:
        if not bend.straight:
            by_layer.setdefault(bend.layer, []).append(bend)
    for met in by_layer.values():
        right = sorted((b for b in met if b.until > b.since), key=lambda b: -b.since)
        left = sorted((b for b in met if b.until < b.since), key=lambda b: b.since)
        laid: list[_Bend] = []
        for bend in (*right, *left):
            found[bend] = 1 + max((found[other] for other in laid if bend.beside(other)), default=-1)
            laid.append(bend)
    return found


def _bands(layers: Sequence[Sequence[_Item]], tracks: Tracks) -> list[tuple[float, float]]:
    """Where each layer begins and ends along, with room for the bends between."""
    needed: dict[int, int] = {}
    for bend, track in tracks.items():
        needed[bend.layer] = max(needed.get(bend.layer, 0), track + 1)
    found, at = [], 0.0
    for n, layer in enumerate(layers):
        deep = max((item.along for item in layer), default=0)
        found.append((at, at + deep))
        at += deep + max(GAP_ALONG, (needed.get(n, 0) + 1) * TRACK)
    return found


def _ports(chains: Sequence[_Chain]) -> dict[tuple[int, bool], float]:
    """Where each link leaves its upper and meets its lower box, so that they do not meet in one point."""
    sides: dict[tuple[_Item, bool], list[tuple[float, int]]] = {}
    for n, chain in enumerate(chains):
        sides.setdefault((chain.items[0], True), []).append((chain.items[1].place, n))
        sides.setdefault((chain.items[-1], False), []).append((chain.items[-2].place, n))
    found: dict[tuple[int, bool], float] = {}
    for (item, upper), met in sides.items():
        met.sort()
        half = item.across / 2 - min(PORT, item.across / 6)
        wanted = [min(max(place, item.place - half), item.place + half) for place, _ in met]
        step = min(PORT, 2 * half / max(len(met) - 1, 1))
        places = apart(wanted, [0] * len(met), [1] * len(met), step)
        over = max(places[-1] - item.place - half, 0) + min(places[0] - item.place + half, 0)
        found |= {(n, upper): place - over for (_, n), place in zip(met, places, strict=True)}
    return found


def _route(chain: _Chain, way: Sequence[_Bend], tracks: Tracks, bands: Sequence[tuple[float, float]]) -> Route:
    """Along, and across where it bends; a link that leads back runs the other way."""
    first, last = chain.items[0], chain.items[-1]
    points: list[Point] = [(sum(bands[first.layer]) / 2 + first.along / 2, way[0].since)]
    for bend in way:
        if not bend.straight:
            at = _line_of(bend, tracks, bands)
            points += [(at, bend.since), (at, bend.until)]
    points.append((sum(bands[last.layer]) / 2 - last.along / 2, way[-1].until))
    middle = ((points[0][0] + points[-1][0]) / 2, (points[0][1] + points[-1][1]) / 2)
    written = (sum(bands[chain.written.layer]) / 2, chain.written.place) if chain.written else middle
    return Route(tuple(reversed(points)) if chain.back else tuple(points), written)


def _line_of(bend: _Bend, tracks: Tracks, bands: Sequence[tuple[float, float]]) -> float:
    """Where along a bend is drawn: the tracks stand in the middle between the layers."""
    upper, lower = bands[bend.layer][1], bands[bend.layer + 1][0]
    many = 1 + max(track for other, track in tracks.items() if other.layer == bend.layer)
    return (upper + lower) / 2 + (tracks[bend] - (many - 1) / 2) * TRACK
