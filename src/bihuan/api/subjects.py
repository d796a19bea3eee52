"""Endpoints of everything that has a life: the same for all of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from bihuan.api import cursors
from bihuan.api.cursors import Paging, RowId
from bihuan.api.endpoints import BASE, Call, Endpoint, Reply, View
from bihuan.attachments import queries as attachments
from bihuan.cases.types import at_work
from bihuan.duties.life import Offer, next_of
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
from bihuan.subjects.declaration import Kind

Shown = TypeVar("Shown")


def _nothing_more(view: Any) -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A kind of subject as the API tells it: its list, and the shape in which one is shown."""

    kind: Kind
    filters: type[Paging]
    ledger: Callable[[Actor, Any, datetime, int | None, int], Sequence[Any]]
    """(actor, filters, now, after, limit) → rows, each with its `id`."""
    page: Any
    """The type of a page of the ledger."""
    shown: Any
    """The type of one: read off its view, its facts, and what is told besides."""
    more: Callable[[Any], Mapping[str, object]] = _nothing_more
    """View → what other packages tell of it."""


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


def offered(kind: Kind, facts: Any, duties: Sequence[DutyRow], actor: Actor, now: datetime) -> list[ActOffered]:
    """The acts of the subject's stage, as the life offers them; `duties` are those open on it."""
    offers = kind.life.offers(facts, actor, now)
    to_do = next_of(kind.table, facts.stage, duties, actor, offers)
    asks_units = any(callable(allowed) for offer in offers for allowed in offer.allowed.values())
    pack = load_pack(facts.pack)
    known = organisations.directory(facts.jurisdiction, now=now).units if asks_units else ()
    units = organisations.able(known, Capacity.HANDLING, pack)
    return [_offered(kind, facts, offer, offer.act in to_do.acts, units) for offer in offers]


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


def _offered(kind: Kind, facts: Any, offer: Offer, primary: bool, units: Sequence[UnitFacts]) -> ActOffered:
    refusal = offer.refusal
    return ActOffered(
        act=offer.act,
        label=offer.label,
        who=offer.who,
        clause=offer.clause,
        citation=offer.citation,
        mine=offer.mine,
        primary=primary,
        place=f"{BASE}/{kind.folder}/{facts.number}/acts/{offer.act}",
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


def endpoints(resource: Resource) -> Iterator[Endpoint]:
    """Everything that can be asked of and done to a kind of subject."""
    kind, label = resource.kind, resource.kind.table.label
    one = f"{kind.folder}/{{number}}"
    shown = {f"get_{kind.word}": ("number", "/number")}
    yield Endpoint(
        method="GET",
        path=kind.folder,
        view=_listed(resource),
        name=f"list_{kind.folder}",
        tag=label,
        summary=f"{label}台账，新的在前",
        query=resource.filters,
        returns=resource.page,
        leads={f"get_{kind.word}": ("number", "/items/0/number")},
    )
    yield Endpoint(
        method="GET",
        path=one,
        view=_shown(resource),
        name=f"get_{kind.word}",
        tag=label,
        summary=f"一件{label}：阶段、职责及到期说明、可办事项",
        returns=resource.shown,
    )
    yield Endpoint(
        method="GET",
        path=f"{one}/record",
        view=lambda call: Reply(Record(kind.timeline(call.path["number"], call.actor))),
        name=f"get_{kind.word}_record",
        tag=label,
        summary=f"{label}的办理记录",
        returns=Record,
    )
    yield Endpoint(
        method="POST",
        path=f"{one}/requester/disclosures",
        view=_disclosing(kind),
        name=f"disclose_{kind.word}_requester",
        tag=label,
        summary="查看诉求人身份（须说明事由，全程留痕）",
        body=DiscloseFields,
        returns=Identity,
        status=201,
        discloses=True,
    )
    for act in beginnings(kind):
        yield Endpoint(
            method="POST",
            path=kind.folder if len(beginnings(kind)) == 1 else f"{kind.folder}/acts/{act.word}",
            view=_beginning(kind, act),
            name=f"{kind.word}_{act.word}",
            tag=label,
            summary=act.word.label,
            body=act.fields,
            returns=Begun,
            status=201,
            leads=shown,
        )
    for act in _acts(kind):
        yield Endpoint(
            method="POST",
            path=f"{one}/acts/{act.word}",
            view=_acting(kind, act),
            name=f"{kind.word}_{act.word}",
            tag=f"{label}办理",
            summary=act.word.label,
            body=act.fields,
            returns=ActDone,
            versioned=True,
            leads=shown,
        )


def beginnings(kind: Kind) -> list[Act]:
    """The acts by which people bring such a subject into being."""
    return _by_people(kind, lambda move: move.origin is None)


def _acts(kind: Kind) -> list[Act]:
    return _by_people(kind, lambda move: move.origin is not None)


def _by_people(kind: Kind, fits: Callable[[Move], bool]) -> list[Act]:
    """The acts of some rows of the table, but for those that are the clockwork's alone."""
    words = {move.act for move in kind.table.moves if fits(move) and any(role.posts for role in move.who)}
    return [act for (of, word), act in ACTS.items() if of == kind.word and word in words]


def _listed(resource: Resource) -> View:
    def view(call: Call) -> Reply:
        after = cursors.read(call.query.cursor, tuple[RowId])
        limit = call.query.limit
        rows = resource.ledger(call.actor, call.query, call.now, after[0] if after else None, limit + 1)
        return Reply(cursors.page(rows, limit, lambda row: (row.id,)))

    return view


def _shown(resource: Resource) -> View:
    def view(call: Call) -> Reply:
        kind, number = resource.kind, call.path["number"]
        view = kind.view(number, call.actor, now=call.now)
        facts, files = view.facts, attachments.of(kind.word, number)
        owed = [duty for duty in view.duties if duty.discharged_at is None]
        acts = offered(kind, facts, owed, call.actor, call.now)
        more = {"stage_label": facts.stage.label, "acts": acts, "attachments": files, **resource.more(view)}
        return Reply(read_off(resource.shown, view, facts, **more), version=facts.version)

    return view


def _disclosing(kind: Kind) -> View:
    def view(call: Call) -> Reply:
        facts = kind.see(call.path["number"], call.actor)
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


def _beginning(kind: Kind, act: Act) -> View:
    def view(call: Call) -> Reply:
        done = act.run(fields=call.fields, actor=call.actor, now=call.now)
        told = _done(Begun, kind, done)
        return Reply(told, done.version, f"{BASE}/{kind.folder}/{done.number}")

    return view


def _acting(kind: Kind, act: Act) -> View:
    def view(call: Call) -> Reply:
        number = call.path["number"]
        done = act.run(number=number, fields=call.fields, actor=call.actor, now=call.now, version=call.version)
        return Reply(_done(ActDone, kind, done), done.version)

    return view


def _done(shape: type[Shown], kind: Kind, done: Done) -> Shown:
    label, code = _stages(kind)[done.stage], done.secret or None
    return read_off(shape, done, stage_label=label, began=done.began or None, query_code=code)


@cache
def _stages(kind: Kind) -> dict[str, str]:
    """Stage → its label."""
    return {str(stage): stage.label for stage in kind.stages}
