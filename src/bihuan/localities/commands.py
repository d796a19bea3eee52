"""Keeping the list of places: loading a list, and single changes."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.localities import rules
from bihuan.localities.models import Locality
from bihuan.localities.types import (
    EndLocality,
    Line,
    Loaded,
    LocalitiesLoaded,
    LocalityAdded,
    LocalityEnded,
    LocalityRenamed,
    NewLocality,
    RenameLocality,
)
from bihuan.organisations import queries as organisations
from bihuan.organisations.rules import may_administer
from bihuan.policy import norms
from bihuan.record.commands import NOWHERE, append, command, lock
from bihuan.record.retrying import whole
from bihuan.record.types import Chain, subject_of
from bihuan.text.folding import fold


@command()
def load(*, lines: Sequence[Line], complete: bool = False, actor: Actor, now: datetime) -> Loaded:
    """Add the places of a list and rename those that it calls otherwise; a `complete` one ends those that it lacks."""
    granted(may_administer(actor), rules.may_load(lines))
    chain = lock(subject_of("jurisdiction", actor.jurisdiction))
    before, said = _names(actor), {line.code.strip(): " ".join(line.name.split()) for line in lines}
    ended = before.keys() - said.keys() if complete else frozenset[str]()
    _keep(actor, {code: name for code, name in (before | said).items() if code not in ended}, now)
    same = sum(before.get(code) == name for code, name in said.items())
    added = len(said.keys() - before.keys())
    loaded = Loaded(added=added, renamed=len(said) - added - same, ended=len(ended), same=same)
    told = "\n".join(f"{code} {said[code]}" for code in sorted(said))
    happening = LocalitiesLoaded(
        added=loaded.added,
        renamed=loaded.renamed,
        ended=loaded.ended,
        same=loaded.same,
        digest=hashlib.sha256(told.encode()).hexdigest(),
    )
    _note(chain, happening, actor, now)
    return loaded


@command()
def add(*, fields: NewLocality, actor: Actor, now: datetime) -> None:
    """Enter a place, or take one up again that was taken off the list."""
    granted(may_administer(actor))
    chain = lock(subject_of("jurisdiction", actor.jurisdiction))
    names = _names(actor)
    if fields.code in names:
        reason = f"代码{fields.code}已是“{names[fields.code]}”。"
        raise Refused(Refusal(reason, norms.REGISTER, field="code"))
    told = _keep(actor, names | {fields.code: fields.name}, now)
    _note(chain, LocalityAdded(code=fields.code, full_name=told[fields.code]), actor, now)


@command()
def rename(*, code: str, fields: RenameLocality, actor: Actor, now: datetime) -> None:
    """Give a place another name; what lies in it is called after it."""
    granted(may_administer(actor))
    chain = lock(subject_of("jurisdiction", actor.jurisdiction))
    names = _names(actor)
    if code not in names:
        raise Unknown(code)
    if names[code] == fields.name:
        raise Refused(Refusal("名称没有变化。", norms.REGISTER, field="name"))
    _keep(actor, names | {code: fields.name}, now)
    happening = LocalityRenamed(code=code, before=names[code], name=fields.name, basis=fields.basis)
    _note(chain, happening, actor, now)


@command()
def end(*, code: str, fields: EndLocality, actor: Actor, now: datetime) -> None:
    """Take a place off the list with all that lies in it; cases that lie there keep saying so."""
    granted(may_administer(actor))
    chain = lock(subject_of("jurisdiction", actor.jurisdiction))
    names = _names(actor)
    if code not in names:
        raise Unknown(code)
    full_name = rules.full_names(names)[code]
    kept = {one: name for one, name in names.items() if not one.startswith(code)}
    _keep(actor, kept, now)
    below = len(names) - len(kept) - 1
    _note(chain, LocalityEnded(code=code, full_name=full_name, below=below, reason=fields.reason), actor, now)


@whole
def index_next(*, most: int = 500) -> int:
    """Fold the names of places that were entered before there was a fold; answers how many."""
    rows = list(Locality.objects.select_for_update(skip_locked=True).filter(folded="").order_by("id")[:most])
    for row in rows:
        row.folded = fold(row.full_name) or row.full_name
    Locality.objects.bulk_update(rows, ["folded"])
    return len(rows)


def hold_renamed() -> bool:
    """Whether places were renamed since the search last followed; they are held, so that none is renamed meanwhile."""
    return bool(Locality.objects.select_for_update().filter(renamed=True).order_by("id"))


def names_followed() -> None:
    """The search finds cases by the present names."""
    Locality.objects.filter(renamed=True).update(renamed=False)


def _names(actor: Actor) -> dict[str, str]:
    """Code → name of the list in force."""
    rows = Locality.objects.filter(jurisdiction=actor.jurisdiction, ended_on__isnull=True)
    return dict(rows.values_list("code", "name"))


def _keep(actor: Actor, names: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Let these be the list in force; answers how each is told in full."""
    told, on = rules.full_names(names), organisations.today(now)
    rows = {row.code: row for row in Locality.objects.filter(jurisdiction=actor.jurisdiction)}
    changed: list[Locality] = []
    for code, row in rows.items():
        now_is = (names[code], told[code], None) if code in names else (row.name, row.full_name, row.ended_on or on)
        if now_is != (row.name, row.full_name, row.ended_on):
            row.renamed |= row.full_name != now_is[1]
            row.name, row.full_name, row.ended_on = now_is
            row.folded = fold(row.full_name)
            changed.append(row)
    fresh = [
        Locality(jurisdiction=actor.jurisdiction, code=code, name=name, full_name=told[code], folded=fold(told[code]))
        for code, name in names.items()
        if code not in rows
    ]
    Locality.objects.bulk_create(fresh, batch_size=2000)
    Locality.objects.bulk_update(changed, ["name", "full_name", "folded", "renamed", "ended_on"], batch_size=500)
    return told


def _note(chain: Chain, happening: Happening, actor: Actor, now: datetime) -> None:
    append(
        chain,
        happening,
        actor=actor,
        seat=min(actor.seats, default=NOWHERE),
        norm=norms.REGISTER,
        pack=organisations.pack_of(actor.jurisdiction, now=now),
        now=now,
    )
