"""Endpoints of everything that has a life: the same for cases and listed matters."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache, cached_property
from typing import Any, TypeVar

from bihuan.api import cursors
from bihuan.api.cursors import Paging, RowId
from bihuan.api.endpoints import BASE, Call, Endpoint, Reply, View
from bihuan.cases.types import at_work
from bihuan.duties.life import Life, Offer, next_of
from bihuan.duties.sight import posts_in
from bihuan.duties.types import DutyRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refusal, Unknown
from bihuan.kernel.stages import Move
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import UnitFacts
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity
from bihuan.record.commands import ACTS, Act
from bihuan.record.types import Done, EventRow
from bihuan.requesters import commands as requesters
from bihuan.requesters.types import DiscloseFields, Identity

Shown = TypeVar("Shown")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A kind of subject: its life, and how it is read."""

    name: str
    path: str
    label: str
    life: Life[Any]
    see: Callable[[str, Actor], Any]
    """The facts of one that the actor may see; raises Unknown."""
    filters: type[Paging]
    ledger: Callable[[Actor, Any, datetime, int | None, int], Sequence[Any]]
    """(actor, filters, now, after, limit) → rows, each with its `id`."""
    page: Any
    """The type of a page of the ledger."""
    view: Callable[[str, Actor, datetime], "Seen"]
    """(number, actor, now) → what the subject's `shown` is read off."""
    shown: Any
    timeline: Callable[[str, Actor], list[EventRow]]

    @cached_property
    def stages(self) -> dict[str, str]:
        """Stage → its label."""
        return {str(move.target): move.target.label for move in self.life.table.moves}


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is read of a subject: its facts, its view, and what other packages tell besides."""

    facts: Any
    view: Any
    more: Mapping[str, object]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """Why an act may not be done now; without a norm where something is wrong in form alone."""

    reason: str
    norm: str | None
    clause: str | None
    citation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ActOffered:
    """An act of the stage: with the JSON schema of its form where it may be done now, else with the refusal."""

    act: str
    label: str
    who: str
    clause: str
    citation: str
    mine: bool
    """Whether the actor holds a post that does such acts on this subject."""
    primary: bool
    """Whether it is the actor's next step; of a choice, every answer is."""
    place: str
    form: dict[str, Any] | None
    refusal: Refused | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActDone:
    """An act was done: where the subject stands now."""

    number: str
    stage: str
    stage_label: str
    version: int
    sentence: str
    began: str | None
    """Number of what began by the act: a linkage, a whistle, a determination, a referral."""
    query_code: str | None
    """The query code that the act made, told this once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Begun(ActDone):
    """A subject came into being."""


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record of a subject, oldest first; each event's hash covers the one before it."""

    items: list[EventRow]


@cache
def schema_of(form: type[Fields]) -> dict[str, Any]:
    """The JSON schema of a form."""
    return form.model_json_schema()


def offered(subject: Subject, facts: Any, duties: Sequence[DutyRow], actor: Actor, now: datetime) -> list[ActOffered]:
    """The acts of the subject's stage, as the life offers them; `duties` are those open on it."""
    offers = subject.life.offers(facts, actor, now)
    to_do = next_of(subject.life.table, facts.stage, duties, actor, offers)
    asks_units = any(callable(allowed) for offer in offers for allowed in offer.allowed.values())
    pack = load_pack(facts.pack)
    known = organisations.directory(facts.jurisdiction, now=now).units if asks_units else ()
    units = organisations.able(known, Capacity.HANDLING, pack)
    return [_offered(subject, facts, offer, offer.act in to_do.acts, units) for offer in offers]


def _narrowed(offer: Offer, units: Sequence[UnitFacts]) -> dict[str, Any]:
    """The JSON schema of an act's form, with what this subject allows and asks for besides."""
    if not (offer.allowed or offer.needs or offer.titles or offer.left_off):
        return schema_of(offer.fields)
    schema = deepcopy(schema_of(offer.fields))
    schema["properties"] = {name: of for name, of in schema["properties"].items() if name not in offer.left_off}
    for name, allowed in offer.allowed.items():
        values = [unit.code for unit in units if allowed(unit)] if callable(allowed) else list(map(str, allowed))
        told = schema["properties"][name]
        if isinstance(allowed, Mapping):
            told = {**told, "x-labels": dict(allowed)}
        if isinstance(allowed, Mapping) and not allowed:
            del schema["properties"][name]
        elif told.get("type") == "array":
            told["items"] = {**told.get("items", {}), "enum": values}
        else:
            kept = {key: value for key, value in told.items() if key not in ("$ref", "anyOf", "allOf")}
            if kept.get("default") not in (*values, None):
                del kept["default"]
            schema["properties"][name] = {**kept, "enum": values}
    for name, title in offer.titles.items():
        schema["properties"][name] = {**schema["properties"][name], "title": title}
    besides = []
    for name, why in offer.needs.items():
        for need in why:
            asked = {"required": [name], "properties": {name: {"minLength": 1, "minItems": 1, "not": {"const": False}}}}
            when = {other: {"enum": list(map(str, values))} for other, values in need.when.items()}
            besides.append({"if": {"properties": when, "required": list(when)}, "then": asked} if when else asked)
    return {**schema, **({"allOf": besides} if besides else {})}


def _offered(subject: Subject, facts: Any, offer: Offer, primary: bool, units: Sequence[UnitFacts]) -> ActOffered:
    refusal = offer.refusal
    return ActOffered(
        act=offer.act,
        label=offer.label,
        who=offer.who,
        clause=offer.clause,
        citation=offer.citation,
        mine=offer.mine,
        primary=primary,
        place=f"{BASE}/{subject.path}/{facts.number}/acts/{offer.act}",
        form=None if refusal else _narrowed(offer, units),
        refusal=refused_by(refusal, facts.pack),
    )


def refused_by(refusal: Refusal | None, pack: str) -> Refused | None:
    """Why not, with the clause of the subject's own pack; None where nothing stands against it."""
    if refusal is None:
        return None
    cited = load_pack(pack).cite(refusal.norm)
    norm = refusal.norm.name if refusal.norm else None
    return Refused(reason=refusal.reason, norm=norm, clause=cited.clause_id, citation=cited.words)


def read_off(kind: type[Shown], *sources: object, **more: object) -> Shown:
    """A shape whose fields are taken by name: from `more`, else from the first source that has them."""
    said = {}
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name in more:
            said[field.name] = more[field.name]
        else:
            said[field.name] = getattr(next(s for s in sources if hasattr(s, field.name)), field.name)
    return kind(**said)


def endpoints(subject: Subject) -> Iterator[Endpoint]:
    """Everything that can be asked of and done to a kind of subject."""
    one = f"{subject.path}/{{number}}"
    shown = {f"get_{subject.name}": ("number", "/number")}
    yield Endpoint(
        method="GET",
        path=subject.path,
        view=_listed(subject),
        name=f"list_{subject.path}",
        tag=subject.label,
        summary=f"{subject.label}台账，新的在前",
        query=subject.filters,
        returns=subject.page,
        leads={f"get_{subject.name}": ("number", "/items/0/number")},
    )
    yield Endpoint(
        method="GET",
        path=one,
        view=_shown(subject),
        name=f"get_{subject.name}",
        tag=subject.label,
        summary=f"一件{subject.label}：阶段、职责及到期说明、可办事项",
        returns=subject.shown,
    )
    yield Endpoint(
        method="GET",
        path=f"{one}/record",
        view=lambda call: Reply(Record(subject.timeline(call.path["number"], call.actor))),
        name=f"get_{subject.name}_record",
        tag=subject.label,
        summary=f"{subject.label}的办理记录",
        returns=Record,
    )
    yield Endpoint(
        method="POST",
        path=f"{one}/requester/disclosures",
        view=_disclosing(subject),
        name=f"disclose_{subject.name}_requester",
        tag=subject.label,
        summary="查看诉求人身份（须说明事由，全程留痕）",
        body=DiscloseFields,
        returns=Identity,
        status=201,
        discloses=True,
    )
    for act in beginnings(subject):
        yield Endpoint(
            method="POST",
            path=subject.path if len(beginnings(subject)) == 1 else f"{subject.path}/acts/{act.word}",
            view=_beginning(subject, act),
            name=f"{subject.name}_{act.word}",
            tag=subject.label,
            summary=act.word.label,
            body=act.fields,
            returns=Begun,
            status=201,
            leads=shown,
        )
    for act in _acts(subject):
        yield Endpoint(
            method="POST",
            path=f"{one}/acts/{act.word}",
            view=_acting(subject, act),
            name=f"{subject.name}_{act.word}",
            tag=f"{subject.label}办理",
            summary=act.word.label,
            body=act.fields,
            returns=ActDone,
            versioned=True,
            leads=shown,
        )


def beginnings(subject: Subject) -> list[Act]:
    """The acts by which people bring such a subject into being."""
    return _by_people(subject, lambda move: move.origin is None)


def _acts(subject: Subject) -> list[Act]:
    return _by_people(subject, lambda move: move.origin is not None)


def _by_people(subject: Subject, fits: Callable[[Move], bool]) -> list[Act]:
    """The acts of some rows of the table, but for those that are the clockwork's alone."""
    words = {move.act for move in subject.life.table.moves if fits(move) and any(role.posts for role in move.who)}
    return [act for (kind, word), act in ACTS.items() if kind == subject.name and word in words]


def _listed(subject: Subject) -> View:
    def view(call: Call) -> Reply:
        after = cursors.read(call.query.cursor, tuple[RowId])
        limit = call.query.limit
        rows = subject.ledger(call.actor, call.query, call.now, after[0] if after else None, limit + 1)
        return Reply(cursors.page(rows, limit, lambda row: (row.id,)))

    return view


def _shown(subject: Subject) -> View:
    def view(call: Call) -> Reply:
        seen = subject.view(call.path["number"], call.actor, call.now)
        facts = seen.facts
        owed = [duty for duty in seen.view.duties if duty.discharged_at is None]
        acts = offered(subject, facts, owed, call.actor, call.now)
        shown = read_off(subject.shown, seen.view, facts, stage_label=facts.stage.label, acts=acts, **seen.more)
        return Reply(shown, version=facts.version)

    return view


def _disclosing(subject: Subject) -> View:
    def view(call: Call) -> Reply:
        facts = subject.see(call.path["number"], call.actor)
        if facts.requester is None:
            raise Unknown(facts.number)
        identity = requesters.disclose(
            requester=facts.requester,
            subject=facts.subject,
            barred=None,
            fields=call.fields,
            actor=call.actor,
            pack=load_pack(facts.pack),
            now=call.now,
            units=at_work(facts.parts),
            posts=posts_in(facts.parts),
            confidants=facts.confidants,
            ip=call.request.META.get("REMOTE_ADDR", ""),
        )
        return Reply(identity)

    return view


def _beginning(subject: Subject, act: Act) -> View:
    def view(call: Call) -> Reply:
        done = act.run(fields=call.fields, actor=call.actor, now=call.now)
        told = _done(Begun, subject, done)
        return Reply(told, done.version, f"{BASE}/{subject.path}/{done.number}")

    return view


def _acting(subject: Subject, act: Act) -> View:
    def view(call: Call) -> Reply:
        number = call.path["number"]
        done = act.run(number=number, fields=call.fields, actor=call.actor, now=call.now, version=call.version)
        return Reply(_done(ActDone, subject, done), done.version)

    return view


def _done(kind: type[Shown], subject: Subject, done: Done) -> Shown:
    label, code = subject.stages[done.stage], done.secret or None
    return read_off(kind, done, stage_label=label, began=done.began or None, query_code=code)
