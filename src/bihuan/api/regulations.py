"""The regulations, clause by clause, with what carries each out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pydantic import Field

from bihuan.api.administering import write
from bihuan.api.endpoints import Call, Endpoint, Reply
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.forms import Adopt
from bihuan.organisations.types import ProposedVersionRow
from bihuan.policy import norms
from bihuan.policy.loader import all_packs
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Carried, Pack
from bihuan.vetting.adoption import weigh


@dataclass(frozen=True, kw_only=True, slots=True)
class Regulation:
    """A regulation that the installation knows."""

    id: str
    version: int
    ref: str
    title: str
    number: str
    issuer: str
    in_force_from: date
    in_force: bool
    """Whether the caller's jurisdiction stands under this version."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NormNamed:
    """A norm and what officials call it."""

    name: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClauseShown:
    """A clause, the norms bound to it, those that it commands besides, and what of it they do not carry out."""

    id: str
    text: str
    organisational: bool
    state: Carried
    partly: str
    norms: list[NormNamed]
    also: list[NormNamed]


@dataclass(frozen=True, slots=True)
class Regulations:
    """Every version of every regulation."""

    items: list[Regulation]


@dataclass(frozen=True, slots=True)
class Clauses:
    """A regulation with its clauses, in the order of the document."""

    regulation: Regulation
    items: list[ClauseShown]


class Which(Fields):
    """Which version of a regulation."""

    version: int | None = Field(
        None, title="版本", description="不填即为本地现行的版本，不是本地规定的为最新", ge=1, lt=10_000
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionShown:
    """A version under which the jurisdiction stands, from when until when; null: from its founding on, for good."""

    ref: str
    from_on: date | None
    until_on: date | None
    basis: str
    approver: str
    by: str
    in_force: bool
    confirmed_by: str
    """The name of the second administrator, where one confirmed it."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions in the order of their days, and the one that waits for a second administrator."""

    items: list[VersionShown]
    waiting: ProposedVersionRow | None


@dataclass(frozen=True, slots=True)
class Adopted:
    """The versions, what the one that was taken up says otherwise, and how many open duties keep the former one.

    `decided` false: it waits for a second administrator.
    """

    decided: bool
    items: list[VersionShown]
    difference: tuple[str, ...]
    keeping: int


@dataclass(frozen=True, slots=True)
class Foretold:
    """What the version would say otherwise than the one before it, and how many open duties would keep that one."""

    before: str
    difference: tuple[str, ...]
    keeping: int


def endpoints() -> Iterator[Endpoint]:
    """The regulations."""
    yield Endpoint(
        method="GET",
        path="regulations/versions",
        view=lambda call: Reply(_all(call)),
        name="list_versions",
        tag="文件依据",
        summary="本地适用的规则版本，各自自哪一天起",
        returns=Versions,
        leads=dict.fromkeys(("confirm_version", "drop_version"), ("id", "/waiting/id")),
    )
    yield Endpoint(
        method="POST",
        path="regulations/versions",
        view=_adopt,
        name="adopt_version",
        tag="文件依据",
        summary="自某一天起采用规则的另一版本（系统管理员）",
        body=Adopt,
        returns=Adopted,
    )
    preview = "采用另一版本会有什么不同，不采用"
    path, second = "regulations/versions/{id}", "确认另一位系统管理员提出的版本"
    yield write("文件依据", f"{path}/confirm", "confirm_version", second, _confirm, Versions)
    yield write("文件依据", f"{path}/drop", "drop_version", "撤回或不予确认提出的版本", _drop, Versions)
    yield write("文件依据", "regulations/versions/preview", "preview_version", preview, _preview, Foretold, Adopt)
    yield Endpoint(
        method="GET",
        path="regulations",
        view=lambda call: Reply(Regulations([_regulation(pack, call) for pack in all_packs()])),
        name="list_regulations",
        tag="文件依据",
        summary="已载入的文件",
        returns=Regulations,
        leads={"list_clauses": ("pack", "/items/0/id")},
    )
    yield Endpoint(
        method="GET",
        path="regulations/{pack}/clauses",
        view=_clauses,
        name="list_clauses",
        tag="文件依据",
        summary="文件的全部条款",
        query=Which,
        returns=Clauses,
    )


def _versions(call: Call) -> list[VersionShown]:
    on = organisations.today(call.now)
    return [
        VersionShown(
            ref=row.pack,
            from_on=row.from_on,
            until_on=row.until_on,
            basis=row.basis,
            approver=row.approver,
            by=row.by,
            in_force=row.holds(on),
            confirmed_by=row.confirmed_name,
        )
        for row in organisations.versions(call.actor.jurisdiction)
    ]


def _preview(call: Call) -> Reply:
    weighed = weigh(call.fields, call.standing)
    return Reply(Foretold(weighed.before, weighed.difference, weighed.keeping))


def _adopt(call: Call) -> Reply:
    asked: Adopt = call.fields
    weighed = weigh(asked, call.standing)
    decided = commands.adopt_pack(
        jurisdiction=call.actor.jurisdiction, fields=asked, checked=weighed.digest, actor=call.actor, now=call.now
    )
    return Reply(Adopted(decided, _versions(call), weighed.difference, weighed.keeping))


def _all(call: Call) -> Versions:
    return Versions(_versions(call), organisations.proposed_version(call.actor.jurisdiction))


def _confirm(call: Call) -> Reply:
    commands.confirm_version(proposal=call.row_id, actor=call.actor, now=call.now)
    return Reply(_all(call))


def _drop(call: Call) -> Reply:
    commands.drop_version(proposal=call.row_id, actor=call.actor, now=call.now)
    return Reply(_all(call))


def _clauses(call: Call) -> Reply:
    asked, version = call.path["pack"], call.query.version
    own = call.standing.jurisdiction.pack
    newest = own if own.startswith(f"{asked}/") else asked
    try:
        pack = load_pack(newest if version is None else f"{asked}/{version}")
    except KeyError:
        raise Unknown(asked) from None
    shown = [
        ClauseShown(
            id=clause.id,
            text=clause.text,
            organisational=clause.organisational,
            state=clause.state,
            partly=clause.partly,
            norms=_named(clause.norms),
            also=_named(clause.also),
        )
        for clause in pack.clauses.values()
    ]
    return Reply(Clauses(_regulation(pack, call), shown))


def _named(names: tuple[str, ...]) -> list[NormNamed]:
    return [NormNamed(name=name, title=norms.norm(name).title) for name in names]


def _regulation(pack: Pack, call: Call) -> Regulation:
    issued = pack.instrument
    return Regulation(
        id=pack.id,
        version=pack.version,
        ref=pack.ref,
        title=issued.title,
        number=issued.number,
        issuer=issued.issuer,
        in_force_from=issued.in_force_from,
        in_force=pack.ref == call.standing.jurisdiction.pack,
    )
