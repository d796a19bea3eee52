"""Every kind of subject that there is, in the order of its packages; what is declared inconsistently does not start."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, FieldError, ImproperlyConfigured
from django.db.models import Model, Q

from bihuan.kernel.refusal import Unknown
from bihuan.policy.pack import LIMIT_NAMES
from bihuan.record.commands import ACTS
from bihuan.subjects.declaration import Contribution, Kind
from bihuan.subjects.evidence import Digest, Evidence, NumberSeries


class Registry:
    """The kinds of subject, by their words."""

    def __init__(self) -> None:
        self._kinds: Mapping[str, Kind] = {}
        self._evidence: Mapping[str, tuple[Evidence, ...]] = {}

    def seal(self, kinds: Sequence[Kind], contributions: Iterable[Contribution] = ()) -> None:
        """Know these kinds with what is added to them, and no others.

        Raises ImproperlyConfigured with everything that does not fit.
        """
        added: dict[str, tuple[Evidence, ...]] = {kind.word: (kind.evidence,) for kind in kinds}
        wrong = []
        for one in contributions:
            if one.to.word not in added:
                wrong.append(f"{one.to.word}: something is added to it, and it is not there")
            else:
                added[one.to.word] += (one.evidence,)
        wrong += _together(kinds)
        for kind in kinds:
            wrong += (f"{kind.word}: {why}" for why in (*_life(kind), *_rows(kind, kinds), *_known(added[kind.word])))
        if wrong:
            raise ImproperlyConfigured("\n".join(["The subjects do not fit together:", *wrong]))
        self._kinds, self._evidence = {kind.word: kind for kind in kinds}, added

    def __getitem__(self, word: str) -> Kind:
        """The kind of that word. Raises Unknown."""
        try:
            return self._kinds[word]
        except KeyError:
            raise Unknown(word) from None

    def get(self, word: str) -> Kind | None:
        """The kind of that word, where it is one."""
        return self._kinds.get(word)

    def __contains__(self, word: object) -> bool:
        return word in self._kinds

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    @property
    def duty_labels(self) -> dict[str, str]:
        """Kind of duty → its label, for all subjects."""
        return {name: label for kind in self for name, label in kind.labels.items()}

    def standing_on(self, base: str) -> list[Kind]:
        """The kinds that stand on that one."""
        return [kind for kind in self if kind.stands_on and kind.stands_on.base.word == base]

    def evidence_of(self, kind: Kind) -> tuple[Evidence, ...]:
        """What its own package and those above know of its record."""
        return self._evidence[kind.word]

    def digests_of(self, kind: Kind) -> list[Digest]:
        """The texts of which its record keeps the digest."""
        return [digest for known in self.evidence_of(kind) for digest in known.digests]


REGISTRY = Registry()
"""The kinds of this installation: sealed when Django has started (`apps.SubjectsConfig`)."""


def _together(kinds: Sequence[Kind]) -> Iterator[str]:
    for what, said in (("word", [k.word for k in kinds]), ("folder", [k.folder for k in kinds])):
        yield from (f"{name}: there are {times} kinds of this {what}" for name, times in _twice(said))


def _life(kind: Kind) -> Iterator[str]:
    """What does not fit between its table, its acts, its duties and its traits."""
    if bare := kind.stages - kind.traits.keys():
        yield f"no traits of the stages {_named(bare)}"
    if strange := kind.traits.keys() - kind.stages:
        yield f"traits of {_named(strange)}, which are no stages of its table"
    acts = {str(act) for word, act in ACTS if word == kind.word}
    moves = {str(move.act) for move in kind.table.moves}
    if undone := {str(move.act) for move in kind.table.moves if move.origin is not None} - acts:
        yield f"no command carries out {_named(undone)}"
    if rowless := acts - moves:
        yield f"no row of its table has the acts {_named(rowless)}"
    for name, spec in kind.duties.items():
        if spec.limit and spec.limit not in LIMIT_NAMES:
            yield f"the duty {name} has the limit {spec.limit}, which no regulation can set"
        if unbarred := {str(bar.act) for bar in spec.bars} - moves:
            yield f"the duty {name} bars {_named(unbarred)}, which no row of its table has"


def _rows(kind: Kind, kinds: Sequence[Kind]) -> Iterator[str]:
    """What does not fit between it and the database, the pages, or what it stands on."""
    sight = kind.life.sight
    if kind.row._meta.db_table != sight.subjects:
        yield f"it stands in {kind.row._meta.db_table}, and whoever locks it looks into {sight.subjects}"
    if sight.of not in {column.attname for column in kind.parts._meta.concrete_fields}:
        yield f"{kind.parts._meta.db_table} has no column {sight.of}"
    for column in filter(None, (kind.lead, kind.told_by)):
        if not _has(kind.row, column):
            yield f"{kind.row._meta.db_table} has no column {column}"
    if not kind.told_by and any(other.row is kind.row for other in kinds if other is not kind):
        yield "it shares its table, and does not say which rows are its own"
    if (below := kind.stands_on) is not None:
        if below.base.word not in {other.word for other in kinds}:
            yield f"it stands on {below.base.word}, which is not there"
        if not _has(kind.row, below.by):
            yield f"{kind.row._meta.db_table} has no column {below.by}"
        for is_over, since in below.over:
            if why := _unreadable(partial(kind.row._default_manager.filter, is_over, Q(**{f"{since}__isnull": False}))):
                yield f"whether what it stands on is over: {why}"
    folders = (Path(str(folder)) for engine in settings.TEMPLATES for folder in engine["DIRS"])
    if not any((folder / kind.template).exists() for folder in folders):
        yield f"there is no template {kind.template}"


def _known(evidence: Sequence[Evidence]) -> Iterator[str]:
    """What does not fit in what `verify` is to ask of it."""
    numbers = [series for one in evidence for series in one.numbers]
    digests = [digest for one in evidence for digest in one.digests]
    yield from (f"the numbers {name} are there {n} times" for name, n in _twice([s.counter for s in numbers]))
    yield from (f"the text {name} is there {n} times" for name, n in _twice([d.name for d in digests]))
    yield from (f"{name} is replayed {n} times" for name, n in _twice([e.kind for one in evidence for e in one.replay]))
    yield from (f"the pattern of the numbers {s.counter} has not two groups" for s in numbers if _groups(s) != 2)
    yield from (f"the text {d.name}: {why}" for d in digests if (why := _unreadable(partial(_read, d))))


def _groups(series: NumberSeries) -> int:
    return re.compile(series.pattern).groups


def _unreadable(read: Callable[[], object]) -> str:
    """Why that cannot be asked of the database."""
    try:
        read()
    except FieldError as error:
        return str(error)
    return ""


def _read(digest: Digest) -> object:
    return [*digest.kept(())]


def _has(model: type[Model], column: str) -> bool:
    try:
        model._meta.get_field(column)
    except FieldDoesNotExist:
        return False
    return True


def _twice(said: Iterable[str]) -> list[tuple[str, int]]:
    return [(name, times) for name, times in Counter(said).items() if times > 1]


def _named(words: Iterable[object]) -> str:
    return ", ".join(sorted(map(str, words)))
