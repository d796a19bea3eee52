"""Every write to the identities."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from bihuan.duties.sight import EVERY_POST, Posts, takes_part
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.policy import norms
from bihuan.policy.pack import Pack
from bihuan.record.bulk import Copier
from bihuan.record.commands import NOWHERE, append, begin, command, lock
from bihuan.record.types import subject_of
from bihuan.record.unit_of_work import write
from bihuan.requesters import numbers, rules, vault
from bihuan.requesters.cipher import BadKeys, Keyring, Unreadable
from bihuan.requesters.models import Look, Requester
from bihuan.requesters.types import (
    TEXTS,
    Changes,
    DiscloseFields,
    Ground,
    Identity,
    IdentityDisclosed,
    Resealed,
)

_COLUMNS = "id, jurisdiction, kind, sealed, sealed_with, phone, phone_tail8, phone_tail4, name"
_INSERT = f"INSERT INTO requesters_requester ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"  # noqa: S608


def keep(*, jurisdiction: str, identity: Identity) -> int:
    """Keep an identity, inside the transaction of the command that needs it, and answer its number."""
    granted(rules.may_keep(identity))
    (number,) = numbers.take(1)
    write(_INSERT, _row(vault.ring(), number, jurisdiction, identity))
    return number


class Keeping:
    """Many identities of one jurisdiction, sealed one by one and then kept by COPY: for imports."""

    def __init__(self, jurisdiction: str, count: int) -> None:
        self.numbers = numbers.take(count)
        self._jurisdiction, self._keys = jurisdiction, vault.ring()
        self._rows: list[tuple[str | int | bytes | None, ...]] = []

    def seal(self, number: int, identity: Identity) -> None:
        """Seal the identity of that number; nothing is written yet."""
        granted(rules.may_keep(identity))
        self._rows.append(_row(self._keys, number, self._jurisdiction, identity))

    def write(self, copier: Copier) -> None:
        """Write what was sealed since the last time, inside the transaction of the command that needs it."""
        rows, self._rows = self._rows, []
        copier.copy("requesters_requester", _COLUMNS, rows)


def amend(
    *,
    requester: int,
    jurisdiction: str,
    changes: Changes,
    seats: Collection[Seat] = (),
    confidants: Collection[Seat] = (),
) -> tuple[str, ...]:
    """Correct an identity, inside the transaction of the command that needs it; answers the labels of what changed.

    Whoever may not learn who asks may not correct it either: what is answered would tell whether a guess was right.
    """
    keys, old = vault.ring(), _locked(requester, jurisdiction)
    granted(rules.may_know(seats, secret=old.secrecy_requested, confidants=confidants), rules.may_change(old, changes))
    new = rules.changed(old, changes)
    columns = _COLUMNS.split(", ")[2:]
    values = dict(zip(columns, _row(keys, requester, jurisdiction, new)[2:], strict=True))
    Requester.objects.filter(pk=requester).update(**values)
    return tuple(label for name, label in TEXTS.items() if getattr(old, name) != getattr(new, name))


def erase(*, requester: int, jurisdiction: str) -> None:
    """Erase an identity and what it is found by, inside the transaction of the command that says why."""
    gone = dict.fromkeys(("sealed", "sealed_with", "phone", "phone_tail8", "phone_tail4", "name"))
    Requester.objects.filter(pk=requester, jurisdiction=jurisdiction).update(**gone)


@command()
def disclose(
    *,
    requester: int,
    subject: str,
    barred: Refusal | None,
    fields: DiscloseFields,
    actor: Actor,
    pack: Pack,
    now: datetime,
    units: Collection[str],
    posts: Posts = EVERY_POST,
    confidants: Collection[Seat],
    ip: str = "",
) -> Identity:
    """Show an identity in clear, and keep who looked, when, at what and why.

    `subject` is the case or matter in which the requester stands, `units` those that take part in it, `posts` which
    posts alone do in some of them, `confidants` the seats that may look even where secrecy was asked for, `barred` why
    the actor may not see that subject, if so; they come from the face, because only packages above know them.
    """
    granted(barred, subject=subject, pack=pack.ref)
    identity = _locked(requester, actor.jurisdiction)
    seats = [seat for seat in actor.seats if seat.unit in units and takes_part(seat, posts)]
    if identity.secrecy_requested:
        granted(rules.may_know(seats, secret=True, confidants=confidants), subject=subject, pack=pack.ref)
        seats = [seat for seat in seats if seat in confidants]
    labels = {code: post.label for code, post in pack.posts.items()}
    granted(rules.may_look(seats, fields.ground, labels), subject=subject, pack=pack.ref)
    granted(rules.may_disclose(identity, fields), subject=subject, pack=pack.ref)
    seat = rules.looking_seat(seats, fields.ground) or NOWHERE
    shown = rules.revealing(identity)
    happening = IdentityDisclosed(
        subject=subject,
        ground=fields.ground,
        reason=fields.reason,
        labels=tuple(TEXTS[name] for name in shown),
        ip=ip,
    )
    chain_name = subject_of("requester", str(requester))
    seen_before = Look.objects.filter(requester=requester).exists()
    chain = lock(chain_name) if seen_before else begin(chain_name, actor.jurisdiction)
    append(chain, happening, actor=actor, seat=seat, norm=norms.IDENTITY_PROTECTED, pack=pack, now=now)
    Look.objects.create(
        at=now,
        jurisdiction=actor.jurisdiction,
        requester=requester,
        subject=subject,
        account=actor.account,
        name=actor.name,
        unit=seat.unit,
        post=seat.post,
        ground=fields.ground,
        reason=fields.reason,
        fields=list(shown),
        ip=ip,
    )
    return identity


def keep_looks(
    *,
    looked: Sequence[tuple[int | None, str]],
    by_name: bool = False,
    reason: str,
    actor: Actor,
    seat: Seat,
    now: datetime,
    ip: str,
) -> None:
    """Keep that somebody found these requesters, each in its case, by what they knew; that nobody was found, too."""
    Look.objects.bulk_create(
        Look(
            at=now,
            jurisdiction=actor.jurisdiction,
            requester=requester,
            subject=subject,
            account=actor.account,
            name=actor.name,
            unit=seat.unit,
            post=seat.post,
            ground=Ground.CONTACT,
            reason=reason,
            fields=["name" if by_name else "phone"],
            ip=ip,
        )
        for requester, subject in looked
    )


def _row(keys: Keyring, number: int, jurisdiction: str, identity: Identity) -> tuple[str | int | bytes | None, ...]:
    sealed = vault.seal(keys, number, identity)
    label = None if sealed is None else keys.label
    found_by = vault.marks(keys, jurisdiction, identity)
    marks = (found_by.phone, found_by.phone_tail8, found_by.phone_tail4, found_by.name)
    return (number, jurisdiction, str(identity.kind), sealed, label, *marks)


def _locked(requester: int, jurisdiction: str) -> Identity:
    """The identity in clear, its row locked until the transaction ends."""
    row = Requester.objects.select_for_update().filter(pk=requester, jurisdiction=jurisdiction).first()
    if row is None:
        raise Unknown(str(requester))
    try:
        return vault.unseal(vault.ring(), requester, row.kind, row.sealed)
    except Unreadable:
        lost = Refusal("诉求人身份无法解密，请⟨administrator⟩核对密钥。", norms.IDENTITY_PROTECTED)
        raise Refused(lost) from None


def reseal(*, after: int = 0, size: int = 500) -> Resealed:
    """Seal the next rows anew that another key or algorithm sealed, in a short transaction of their own.

    Rows under somebody's lock are passed over: the next round finds them.
    """
    keys = vault.ring()
    fresh: list[tuple[int, bytes]] = []
    unreadable: list[int] = []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, sealed FROM requesters_requester WHERE id > %s AND sealed_with <> %s"
            " ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED",
            [after, keys.label, size],
        )
        found = [(int(number), bytes(sealed)) for number, sealed in cursor.fetchall()]
        for number, sealed in found:
            place = vault.place(number)
            try:
                fresh.append((number, keys.seal(keys.open(sealed, place), place)))
            except Unreadable:
                unreadable.append(number)
        cursor.execute(
            "UPDATE requesters_requester SET sealed = fresh.sealed, sealed_with = %s"
            " FROM unnest(%s::bigint[], %s::bytea[]) AS fresh (id, sealed) WHERE requesters_requester.id = fresh.id",
            [keys.label, [number for number, _ in fresh], [sealed for _, sealed in fresh]],
        )
    return Resealed(found[-1][0] if found else None, len(fresh), tuple(unreadable))


def reseal_all(*, size: int = 500) -> Iterator[Resealed]:
    """Seal anew what another key or algorithm sealed, batch by batch, once through the table."""
    last: int | None = 0
    while last is not None:
        step = reseal(after=last, size=size)
        yield step
        last = step.last


def add_key() -> str:
    """Put a new key in front of the others and answer its id; needs `vault.key_file_held`."""
    keys = vault.ring().with_new()
    vault.write_keys(keys)
    return keys.current


def drop_old_keys() -> tuple[str, ...]:
    """Take the old keys out of the file, if no row is sealed with one any more; needs `vault.key_file_held`."""
    keys = vault.ring()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE requesters_requester IN SHARE MODE")
        cursor.execute(
            "SELECT count(*) FROM requesters_requester WHERE split_part(sealed_with, ':', 2) <> %s", [keys.current]
        )
        left = int(cursor.fetchone()[0])
        if left:
            raise BadKeys(f"还有 {left} 条身份由旧密钥加密，旧密钥不能删除")
        vault.write_keys(keys.with_current_only())
    return tuple(name for name in keys.secrets if name != keys.current)
