"""How anything with a stage lives: lock, ask the table, move, settle and open duties, record.

A package with a stage table makes one `Life` of it; its commands call `begin` and `advance` and nothing else moves it.
"""

import logging
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain as flattened
from typing import Any, Generic, Protocol, TypeVar

from bihuan.duties import commands as duties
from bihuan.duties import creditors
from bihuan.duties.primary import Duty, Primary, primary
from bihuan.duties.queries import FOLLOWERS, in_force, limit_for, owed_on, owing
from bihuan.duties.sight import Sight
from bihuan.duties.types import (
    NOTHING,
    ClocksResumed,
    ClocksStopped,
    DutySpec,
    Ending,
    Moved,
    Opening,
    Outcome,
    Singly,
)
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.fields import Fields
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Allowed, Needs, lacks
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Defect, Refusal, Refused, granted, held
from bihuan.kernel.stages import Move, StageTable
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.names import put
from bihuan.policy.pack import GroundOf, NoLimit, Pack
from bihuan.record.bulk import Copier
from bihuan.record.commands import ACTS, FirstEvents, append, lock, locking, take, unchanged
from bihuan.record.reading import one_look
from bihuan.record.types import Chain, Done, subject_of
from bihuan.record.unit_of_work import Question, ahead

_log = logging.getLogger(__name__)


class Living(Protocol):
    """What every subject with a stage tells of itself."""

    @property
    def number(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def jurisdiction(self) -> str: ...
    @property
    def pack(self) -> str: ...
    @property
    def stage(self) -> Vocabulary: ...
    @property
    def parts(self) -> Mapping[str, frozenset[str]]: ...
    @property
    def duties(self) -> Mapping[str, datetime]: ...
    @property
    def limit_scope(self) -> Mapping[str, str]: ...
    def done_already(self, kind: str) -> bool: ...


Facts = TypeVar("Facts", bound=Living)


@dataclass(frozen=True, slots=True)
class Offer:
    """An act of the subject's stage as a face shows it: a button with its form, or a dead one with the reason.

    `mine` tells whether the actor holds a post that does such acts on this subject; `refusal` why not now.
    """

    act: str
    label: str
    who: str
    clause: str
    citation: str
    fields: type[Fields]
    mine: bool
    refusal: Refusal | None
    allowed: Allowed = field(default_factory=dict)
    """Field → the values that are allowed on this subject."""
    needs: Needs = field(default_factory=dict)
    """Field → why it must be filled in on this subject, besides what the form says."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Field → how it is called under the subject's regulation, where the form says otherwise."""
    left_off: frozenset[str] = frozenset()
    """The fields that the subject's regulation does not have."""


def next_of(
    table: StageTable,
    stage: Vocabulary,
    duties: Sequence[Duty],
    actor: Actor,
    offers: Iterable[Offer],
    *,
    elsewhere: Collection[str] = (),
) -> Primary[Duty]:
    """What comes next for the actor, of what is offered; `duties` are those open on the subject."""
    live = {offer.act for offer in offers if offer.mine and offer.refusal is None}

    def may(move: Move) -> bool:
        return str(move.act) in live

    return primary(table, stage, duties, actor, may, elsewhere=elsewhere)


@dataclass(frozen=True, slots=True)
class Locked(Generic[Facts]):
    """A subject under lock, with the row along which the actor moves it and the seat in which the actor does it."""

    facts: Facts
    chain: Chain
    move: Move
    seat: Seat
    pack: Pack
    actor: Actor
    now: datetime

    def lacks(self, fields: Fields) -> list[Refusal]:
        """What the form must say on this subject and does not."""
        required = ACTS[(self.chain.subject.partition(":")[0], self.move.act)].required
        return lacks(fields, needed(required(self.facts, self.pack), self.pack)) if required else []

    def beyond(self, fields: Fields) -> list[Refusal]:
        """What the form says of what the regulation does not have."""
        return beyond(fields, self.pack)

    def on_ground(self, of: GroundOf, code: str) -> "Locked[Facts]":
        """The same, of which the record cites the clause or the basis of the ground that was named."""
        return replace(self, pack=self.pack.on_ground(of, code))

    def grant(self, *answers: Refusal | None) -> None:
        """Raise what the rules refuse by norms that the regulation binds, or for want of form."""
        granted(*answers, binds=self.pack.binds, subject=self.facts.subject, pack=self.pack.ref)


def beyond(fields: Fields, pack: Pack) -> list[Refusal]:
    """What a form says of what a regulation does not have."""
    said = {name for name in fields.model_fields_set if getattr(fields, name) not in (None, "", (), False)}
    return [
        Refusal(f"本地规定没有“{type(fields).model_fields[name].title}”这一项，请不要填写。", None, field=name)
        for name in sorted(said & type(fields).left_off(pack.binds))
    ]


def needed(needs: Needs, pack: Pack) -> Needs:
    """Of what a form cannot do without, what the regulation asks for."""
    asked = {name: tuple(n for n in why if n.norm.always or pack.binds(n.norm)) for name, why in needs.items()}
    return {name: why for name, why in asked.items() if why}


def rulebook_of(facts: Living) -> Pack:
    """The regulation under which a subject stands."""
    return load_pack(facts.pack)


@dataclass(frozen=True, slots=True)
class Life(Generic[Facts]):
    """The one mover of a kind of subject: its table, its duties, how it is read, seen and written.

    `rulebook` is the regulation under which a subject stands, with the clauses that are to be cited for it.
    """

    table: StageTable
    specs: Mapping[str, DutySpec]
    facts: Callable[[str], Facts]
    must_see: Callable[[Facts, Actor], None]
    write: Callable[[str, Mapping[str, object]], None]
    sight: Sight
    rulebook: Callable[[Facts], Pack] = rulebook_of
    by_law: Callable[[Facts, str, Pack], tuple[str, str] | None] = lambda facts, kind, pack: None
    """The limit that a law gives the subject for a duty, above the regulation's, and where it comes from."""

    def __post_init__(self) -> None:
        """Refuse a table by which somebody is let off by whom a duty checks, or an end leaves one open."""
        creditors.ask(self.table, self.specs)

    def begin(
        self,
        number: str,
        act: Vocabulary,
        *,
        actor: Actor,
        now: datetime,
        version: int | None = None,
        held: Chain | None = None,
        ask: bool = True,
        besides: Sequence[Question[object]] = (),
    ) -> Locked[Facts]:
        """Lock what the actor sees (unless the caller holds its chain) and ask whether its table lets them act now.

        `ask` is false where the rule behind the button speaks of what the caller does not do; `besides` is what the act
        will ask, in the same trip.
        Raises Unknown (also for a subject that the actor may not see), Overtaken, Refused. Whoever may not see it locks
        nothing and is told no version; it is read under the lock, for others may have moved it while one waited.
        """
        key = self._key(number)
        locked = locking(key, where=self.sight.condition(number, actor), first=self.sight.before(number))
        objecting = (asks(number) for _, asks in _OBJECTIONS.get((self.table.subject, str(act)), ()))
        owed = (owing(key),) if self.table.ends_some(act) else ()
        for question in (*(() if held else (locked,)), *owed, *besides, *flattened.from_iterable(objecting)):
            ahead(question)
        facts = self.see(number, actor)
        chain = unchanged(held or take(locked)[key], version)
        pack = self.rulebook(facts)
        found = self.table.find(facts.stage, act, actor, facts.parts, pack.binds)
        if isinstance(found, Refusal):
            raise Refused(found, subject=facts.subject, pack=pack.ref)
        if ask:
            granted(self._ask(act, facts, actor, now, pack), subject=facts.subject, pack=pack.ref)
        return Locked(facts, chain, *found, pack, actor, now)

    def along(self, number: str, act: Vocabulary, *, by: "Locked[Any]") -> Locked[Facts]:
        """Lock a subject that an act on another one takes along: the same person in the same seat, seen by them or not.

        The row is one that nobody walks by itself (the clock's). Raises Refused where there is none.
        """
        locked = ahead(locking(self._key(number)))
        facts, chain = self.facts(number), locked.answer[self._key(number)]
        pack, clock = load_pack(facts.pack), Actor.clockwork(facts.jurisdiction)
        found = self.table.find(facts.stage, act, clock, facts.parts, pack.binds)
        if isinstance(found, Refusal):
            raise Refused(found, subject=facts.subject, pack=pack.ref)
        return Locked(facts, chain, found[0], by.seat, pack, by.actor, by.now)

    def see(self, number: str, actor: Actor) -> Facts:
        """The facts of a subject that the actor may see. Raises Unknown."""
        facts = self.facts(number)
        self.must_see(facts, actor)
        return facts

    def has(self, facts: Facts, act: Vocabulary) -> bool:
        """Whether the subject's regulation has a row for the act at its stage, whoever may walk it."""
        pack = self.rulebook(facts)
        move = self.table.row(facts.stage, act, pack.binds)
        return move is not None and move.holds(pack.binds)

    def offers(self, facts: Facts, actor: Actor, now: datetime) -> tuple[Offer, ...]:
        """Every act of the subject's stage under its pack: what may be done now, and what may not and why."""
        pack = self.rulebook(facts)
        with one_look():
            offers = [
                self._offer(move, facts, actor, now, pack)
                for move in self.table.rows_from(facts.stage)
                if move.holds(pack.binds) and any(role.posts for role in move.who)
            ]
        return tuple(offer for offer in offers if offer.refusal is None or not offer.refusal.moot)

    def may(self, move: Move, facts: Facts, actor: Actor, now: datetime, pack: Pack) -> bool:
        """Whether the actor may go along one row now: what `offers` tells of it, without its words."""
        fits = move.holds(pack.binds) and move.seat(actor, facts.parts) is not None
        return fits and self._ask(move.act, facts, actor, now, pack) is None

    def against(self, act: Vocabulary, facts: Facts, actor: Actor, now: datetime) -> Refusal | None:
        """Why the actor may not do an act on the subject now, whatever its form says; nothing where they may."""
        pack = self.rulebook(facts)
        found = self.table.find(facts.stage, act, actor, facts.parts, pack.binds)
        return found if isinstance(found, Refusal) else self._ask(act, facts, actor, now, pack)

    def _offer(self, move: Move, facts: Facts, actor: Actor, now: datetime, pack: Pack) -> Offer:
        found = self.table.find(facts.stage, move.act, actor, facts.parts, pack.binds)
        refusal = found if isinstance(found, Refusal) else self._ask(move.act, facts, actor, now, pack)
        cited = pack.cite(refusal.norm if refusal else move.norm)
        act = ACTS[(self.table.subject, move.act)]
        mine, open_now = not isinstance(found, Refusal), refusal is None
        return Offer(
            act=str(move.act),
            label=move.act.label,
            who=move.who_words,
            clause=cited.clause_id or "",
            citation=cited.words,
            fields=act.fields,
            mine=mine,
            refusal=refusal,
            allowed=act.choices(facts, actor, pack) if open_now and act.choices else {},
            needs=needed(act.required(facts, pack), pack) if open_now and act.required else {},
            titles=act.titles(pack) if open_now and act.titles else {},
            left_off=act.fields.left_off(pack.binds),
        )

    def _ask(self, act: Vocabulary, facts: Facts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
        ask = ACTS[(self.table.subject, act)].ask
        try:
            said = ask(facts, actor, now, pack) if ask else None
        except NoLimit as lacking:
            _log.error("%s", lacking.words)
            said = Refusal(lacking.words, None)
        return held(said, pack.binds) or self._barred(act, facts, pack) or self._objected(act, facts, pack)

    def _objected(self, act: Vocabulary, facts: Facts, pack: Pack) -> Refusal | None:
        """What a subject that stands on this one says against the act."""
        answers = (held(ask(facts), pack.binds) for ask, _ in _OBJECTIONS.get((self.table.subject, str(act)), ()))
        return next((answer for answer in answers if answer is not None), None)

    def _barred(self, act: Vocabulary, facts: Facts, pack: Pack) -> Refusal | None:
        """Why the act must wait for a duty that is still open."""
        open_ones = (spec for kind, spec in self.specs.items() if kind in facts.duties and pack.binds(spec.norm))
        bars = ((spec.norm, bar) for spec in open_ones for bar in spec.bars if bar.act == act)
        move = self.table.row(facts.stage, act, pack.binds)
        stopped = (Refusal(bar.reason, norm) for norm, bar in bars if move is None or bar.stops(move))
        return next(stopped, None)

    def open_first(
        self,
        chain: Chain,
        facts: Facts,
        happening: Happening,
        *,
        move: Move,
        seat: Seat,
        actor: Actor,
        now: datetime,
        openings: Mapping[str, Opening] | None = None,
        also_opens: Sequence[Vocabulary] = (),
        singly: Singly = NOTHING,
    ) -> Done:
        """Begin a life: open the duties of the first row and record what happened; the row is written already.

        `openings` stand above the pack's limits.
        """
        pack = self.rulebook(facts)
        _as_declared(move, also_opens, singly)
        locked = Locked(facts, chain, move, seat, pack, actor, now)
        opened = self._open(locked, facts.parts, openings or {}, (*move.opens, *also_opens), (), singly)
        chain = append(
            chain, happening, actor=actor, seat=seat, norm=move.norm, pack=pack, now=now, extra=told(move, opened)
        )
        return Done(facts.number, str(move.target), chain.length, put(happening.tell(), pack))

    def owed_at_first(
        self, facts: Facts, *, move: Move, pack: Pack, now: datetime
    ) -> list[tuple[Opening, datetime, bool]]:
        """What such a life owes when it begins, each with its due moment and whether that is provisional."""
        wanted = self._wanted(facts, facts.parts, {}, move.opens, (), pack)
        in_fact = in_force(wanted, jurisdiction=facts.jurisdiction, pack=pack, now=now)
        return [(o, *duties.due_after(o.limit, pack, now)) for o in in_fact]

    def advance(
        self,
        locked: Locked[Facts],
        happening: Happening,
        *,
        changes: Mapping[str, object] | None = None,
        parts: Mapping[str, frozenset[str]] | None = None,
        openings: Mapping[str, Opening] | None = None,
        also_opens: Sequence[Vocabulary] = (),
        moved: Sequence[Moved] = (),
        singly: Singly = NOTHING,
        passive: Collection[str] = (),
        spares: Collection[str] = (),
        norm: Norm | None = None,
    ) -> Done:
        """Move the subject along its row, settle and open duties, and record it, in the caller's transaction.

        `changes` are further columns, `parts` the units that take part after the act (for the holders of new duties),
        `openings` stand above the pack's limits, `moved` are the due moments that the act put elsewhere,
        `singly` are duties of single units among several that owe the same; what lapses of `passive` units, of which
        somebody was notified that they do nothing, was never done; `spares` are kinds that the row settles where the
        actor's unit owes them, and that another one owes here; `norm` is cited instead of the row's, where this time
        the act carries out another one that the regulation binds.
        Raises Defect where the row does not say what the act does, or the subject would end while a duty is open.
        """
        facts, move, now = locked.facts, locked.move, locked.now
        _as_declared(move, also_opens, singly)
        done = [kind for kind in move.discharges if kind in facts.duties and kind not in spares]
        lapsing = facts.duties.keys() & set(move.lapses)
        if move.lapses_all:
            lapsing |= {kind for kind in facts.duties if not self.specs[kind].survives} - set(done)
        forfeited = [kind for kind in move.forfeits if kind in facts.duties]
        ending = Ending(
            now=now,
            done=done,
            lapsed=lapsing,
            forfeited=forfeited,
            singly=singly,
            absolved=move.absolves,
            passive=passive,
        )
        over = duties.ended(facts.subject, ending)
        settled, lapsed = duties.discharge(facts.subject, ending)
        if move.target in self.table.ends:
            self._let_end(facts, {*done, *lapsing, *forfeited})
        ended = {*lapsed, *lapsing}
        opened = self._open(locked, parts or facts.parts, openings or {}, (*move.opens, *also_opens), ended, singly)
        if columns := dict(changes or {}) | self._stage_columns(move, facts.stage, now):
            self.write(facts.number, columns)
        chain = append(
            locked.chain,
            happening,
            actor=locked.actor,
            seat=locked.seat,
            norm=norm if norm is not None and locked.pack.binds(norm) else move.norm,
            pack=locked.pack,
            now=now,
            extra=told(move, opened, settled, lapsed, moved),
        )
        hearers = _HEARERS.get(self.table.subject, ())
        for question in (question for _, asks in hearers for question in asks(locked)):
            ahead(question)
        for hear, _ in hearers:
            hear(locked, happening)
        for follower, outcome in [(follower, outcome) for duty, outcome in over for follower in duty.followed_by]:
            kind, _, other = follower.partition(":")
            _FOLLOW[kind](locked, other, outcome)
        return Done(facts.number, str(move.target), chain.length, put(happening.tell(), locked.pack))

    def _let_end(self, facts: Facts, ended: Collection[str]) -> None:
        """Nothing ends while a duty on it is open, but for those that survive."""
        still = {kind for kind in facts.duties.keys() - set(ended) if not self.specs[kind].survives}
        if still and (owed := still & {kind for kind, _, _ in owed_on([facts.subject])[facts.subject]}):
            raise Defect(f"{facts.subject} would end while {', '.join(sorted(owed))} is open")

    def rest(self, number: str, *, why: str, by: Locked[Any]) -> None:
        """Let the clocks that may rest stand still, on the subject and on whatever stands on it.

        `by` is the act behind it, of this subject or of one that holds this one's lock; it records that the clocks
        stand still, and what stands on the subject records so in its own chain.
        """
        duties.pause(self._key(number), self.resting, why=why, now=by.now)
        for life, other in self._standing_on(number):
            if duties.pause(life._key(other), life.resting, why=why, now=by.now):
                life._tell(other, ClocksStopped(on=f"{self.table.label}{number}", why=why), by)

    def go_on(self, number: str, *, by: Locked[Any], until: datetime | None = None) -> list[Moved]:
        """Let the clocks run on; answers what moved on the subject itself, for the act to record.

        They stood still until now, or until an earlier moment.
        """
        ended = until or by.now
        for life, other in self._standing_on(number):
            if moved := duties.resume(life._key(other), now=ended):
                life._tell(other, ClocksResumed(on=f"{self.table.label}{number}"), by, moved)
        return duties.resume(self._key(number), now=ended)

    @property
    def resting(self) -> list[str]:
        """The kinds of duty whose clocks may rest."""
        return [kind for kind, spec in self.specs.items() if spec.rests]

    def _key(self, number: str) -> str:
        return f"{self.table.subject}:{number}"

    def subjects(self, number: str) -> list[str]:
        """The subject, and the open ones that stand on it."""
        return [self._key(number), *(life._key(other) for life, other in self._standing_on(number))]

    def _standing_on(self, number: str) -> "list[tuple[Life[Any], str]]":
        return [(life, other) for life, open_on in _UPON.get(self.table.subject, ()) for other in open_on(number)]

    def _tell(self, number: str, happening: Happening, by: Locked[Any], moved: Sequence[Moved] = ()) -> None:
        extra: dict[str, object] = {"moves": duties.told_moves(moved)} if moved else {}
        chain, norm = lock(self._key(number)), by.move.norm
        append(chain, happening, actor=by.actor, seat=by.seat, norm=norm, pack=by.pack, now=by.now, extra=extra)

    def opening(
        self,
        kind: str,
        facts: Facts,
        parts: Mapping[str, frozenset[str]],
        pack: Pack,
        *,
        due_at: datetime | None = None,
        first_due_at: datetime | None = None,
        basis: str = "",
        limit: str = "",
    ) -> Opening:
        """A duty with its holder and the pack's limit (its own, or the one named), or with a moment that a person set.

        What the pack leaves off is never opened: neither its holder nor its limit is asked for.
        """
        spec = self.specs[kind]
        if not spec.holds(pack.binds):
            return Opening(spec.kind, spec.norm, "", spec.post, "", "", "")
        holder = min(parts[spec.part])
        if due_at is not None:
            clause = pack.cite(spec.norm).clause_id or ""
            return Opening(spec.kind, spec.norm, holder, spec.post, "", clause, basis, due_at, first_due_at)
        if not limit and (law := self.by_law(facts, kind, pack)):
            return Opening(spec.kind, spec.norm, holder, spec.post, law[0], "", law[1], None, first_due_at)
        rule = limit_for(limit or spec.limit, facts.limit_scope, pack, holder=holder)
        clause, why = rule.clause or "", rule.basis or ""
        return Opening(spec.kind, spec.norm, holder, spec.post, str(rule.limit), clause, why, None, first_due_at, rule)

    def _stage_columns(self, move: Move, stage: Vocabulary, now: datetime) -> dict[str, object]:
        columns: dict[str, object] = {}
        if move.target != stage:
            columns |= {"stage": str(move.target), "stage_at": now}
        if move.target in self.table.ends and move.origin not in self.table.ends:
            columns |= {"closed_at": now}
        elif move.origin in self.table.ends and move.target not in self.table.ends:
            columns |= {"closed_at": None}
        return columns

    def _open(
        self,
        locked: Locked[Facts],
        parts: Mapping[str, frozenset[str]],
        openings: Mapping[str, Opening],
        kinds: Iterable[str],
        lapsed: Collection[str],
        singly: Singly = NOTHING,
    ) -> list[tuple[str, str, datetime]]:
        """Open the duties whose norm the pack binds, that are neither owed still nor done already."""
        facts, pack = locked.facts, locked.pack
        gone = {*locked.move.discharges, *locked.move.forfeits, *lapsed}
        wanted = self._wanted(facts, parts, openings, kinds, gone, pack)
        wanted += [opening for opening in singly.opens if pack.binds(opening.norm)]
        return duties.open_all(
            in_force(wanted, jurisdiction=facts.jurisdiction, pack=pack, now=locked.now),
            subject=facts.subject,
            jurisdiction=facts.jurisdiction,
            pack=pack,
            now=locked.now,
            scope=facts.limit_scope,
        )

    def _wanted(
        self,
        facts: Facts,
        parts: Mapping[str, frozenset[str]],
        openings: Mapping[str, Opening],
        kinds: Iterable[str],
        gone: Collection[str],
        pack: Pack,
    ) -> list[Opening]:
        still = {kind for kind in facts.duties if kind not in gone}
        return [
            openings.get(kind) or self.opening(kind, facts, parts, pack)
            for kind in kinds
            if self.specs[kind].holds(pack.binds)
            and (kind in openings or (kind not in still and not facts.done_already(kind)))
        ]


def _as_declared(move: Move, also_opens: Iterable[Vocabulary], singly: Singly) -> None:
    """An act touches no duty but those of its row: what the table says is what was asked of its creditors."""
    touched = (
        ("may_open", {*map(str, also_opens), *(str(one.kind) for one in singly.opens)}, {*move.opens, *move.may_open}),
        ("settles", {kind for kind, _ in singly.settles}, {*move.settles}),
        ("frees", {kind for kind, _ in singly.lapses}, {*move.frees}),
    )
    for what, kinds, declared in touched:
        if undeclared := kinds - set(map(str, declared)):
            raise Defect(f"the row {move.act} from {move.origin} does not say that it {what} {sorted(undeclared)}")


OpenOn = Callable[[str], Sequence[str]]
"""Number of a subject → numbers of the open ones that stand on it."""
Upon = Mapping[str, Sequence[tuple[Life[Any], OpenOn]]]
"""Kind of subject → the lives of those that stand on it and rest with it."""
_UPON: dict[str, Sequence[tuple[Life[Any], OpenOn]]] = {}


def let_rest(upon: Upon) -> None:
    """Know whose clocks rest with which subjects, as their packages declare it, and of nobody else."""
    _UPON.clear()
    for below, lives in upon.items():
        _UPON[below] = lives


Acted = Locked[Any]
"""An act on a subject of whatever kind."""
Hear = Callable[[Acted, Happening], None]
"""What another subject does about an act: it is told the act, done and recorded, and what happened by it."""
Asking = Callable[[Acted], Sequence[Question[object]]]
_HEARERS: dict[str, list[tuple[Hear, Asking]]] = {}


def hears(below: str, hear: Hear, asks: Asking = lambda locked: ()) -> None:
    """Declare who is told at once of every act on subjects below (`case`): in its transaction, under its lock.

    What it `asks` goes in one trip with what the act wrote.
    """
    _HEARERS.setdefault(below, []).append((hear, asks))


Follow = Callable[[Acted, str, Outcome], None]
"""What becomes of something that is about a duty, once an act ended the duty: its number, and how the duty ended."""
_FOLLOW: dict[str, Follow] = {}


def follows(kind: str, about: str, follow: Follow) -> None:
    """Declare that what is of a kind ends with the duty that it is about, on whatever subject: by the act that ends the
    duty, in its transaction, under its lock.

    `about` is SQL, the numbers of those that go on about a duty `d`: it is asked with what is owed.
    """
    FOLLOWERS[kind], _FOLLOW[kind] = about, follow


Object = Callable[[Any], Refusal | None]
"""Why an act on a subject must wait for what stands on it."""
Of = Callable[[str], Sequence[Question[object]]]
_OBJECTIONS: dict[tuple[str, str], list[tuple[Object, Of]]] = {}


def objects(below: str, act: Vocabulary, ask: Object, asks: Of = lambda number: ()) -> None:
    """Declare what is asked of a package above before an act on subjects below (`case`).

    What it `asks` of the number goes in one trip with the lock.
    """
    _OBJECTIONS.setdefault((below, str(act)), []).append((ask, asks))


class Beginnings(Generic[Facts]):
    """Many lives of one jurisdiction begun at once, each as `open_first` would, and written by COPY: for imports.

    What lives of each kind owe is read from an example when this is made: `add` asks the database for nothing.
    """

    def __init__(
        self,
        life: Life[Facts],
        examples: Mapping[Hashable, Facts],
        *,
        move: Move,
        seat: Seat,
        actor: Actor,
        pack: Pack,
        now: datetime,
    ) -> None:
        here = actor.jurisdiction
        self._subject, self._stage = life.table.subject, str(move.target)
        self._events = FirstEvents(jurisdiction=here, norm=move.norm, actor=actor, seat=seat, pack=pack, now=now)
        self._owed: dict[Hashable, list[tuple[object, ...]]] = {}
        self._extra: dict[Hashable, dict[str, object]] = {}
        for kind, facts in examples.items():
            owed = life.owed_at_first(facts, move=move, pack=pack, now=now)
            self._owed[kind] = [
                duties.opened(*each, on=self._subject, jurisdiction=here, pack=pack, now=now, scope=facts.limit_scope)
                for each in owed
            ]
            self._extra[kind] = told(move, [(str(o.kind), o.holder, due_at) for o, due_at, _ in owed])
        self._rows: list[tuple[object, ...]] = []
        self._done: list[Done] = []

    def add(self, kind: Hashable, number: str, happening: Happening) -> None:
        """Begin a life of a kind of which there was an example; nothing is written yet."""
        subject = subject_of(self._subject, number)
        self._rows += [(subject, *owed) for owed in self._owed[kind]]
        sentence = self._events.add(subject, happening, self._extra[kind])
        self._done.append(Done(number, self._stage, 1, sentence))

    def write(self, copier: Copier) -> list[Done]:
        """Write the duties and the events of those added since the last time."""
        rows, done, self._rows, self._done = self._rows, self._done, [], []
        copier.copy("duties_duty", duties.OPENED, rows)
        self._events.write(copier)
        return done


def told(
    move: Move,
    opened: Iterable[tuple[str, str, datetime]],
    settled: Iterable[tuple[str, ...]] = (),
    lapsed: Iterable[str] = (),
    moved: Iterable[Moved] = (),
) -> dict[str, object]:
    """What every event of a life says besides: the act, the stage it led to, the duties it touched."""
    said: dict[str, object] = {"act": str(move.act), "stage": str(move.target)}
    if opens := [[kind, holder, due_at.isoformat()] for kind, holder, due_at in opened]:
        said["opens"] = opens
    if settles := [list(one) for one in settled]:
        said["settles"] = settles
    if lapses := sorted(lapsed):
        said["lapses"] = lapses
    if moves := duties.told_moves(moved):
        said["moves"] = moves
    return said
