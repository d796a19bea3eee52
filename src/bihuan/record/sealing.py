"""The daily seal: the ends of a day's chains under one digest, chained to the seal before, and kept outside besides.

A jurisdiction's day is sealed by the jurisdiction's own clock. A day on which nothing happened gets no seal: the next
one chains over it. What was sealed cannot grow: the database refuses every later event of that day or one before it.
Outside every line is signed with a key of the installation, `seals.key`, which does not lie in the database.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection, transaction

from bihuan.policy.calendar import ZONE
from bihuan.record.hashing import GENESIS, canonical, leaves_digest, seal_hash
from bihuan.record.types import PublishedSeal, SealLine, Signed

MARGIN = timedelta(minutes=10)
"""So long after midnight a day is over: nobody who began an act on it is still about to record it."""

CONTRADICTED = ".contradicted"
"""Beside the file of the seals: how many of its seals the database contradicted when it was last written."""
_BEFORE_ALL = date(1992, 1, 1)
PATIENCE = "2s"
"""So long whoever seals waits for those who are about to record."""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('record ' || %s, 0))"
_LAST = "SELECT day, hash FROM record_seal WHERE jurisdiction = %s ORDER BY day DESC LIMIT 1"
_DAYS = """
SELECT DISTINCT (at AT TIME ZONE 'Asia/Shanghai')::date FROM record_event
WHERE jurisdiction = %s AND at >= %s AND at < %s ORDER BY 1"""
_LEAVES = """
SELECT DISTINCT ON (subject) subject, sequence, hash FROM record_event
WHERE jurisdiction = %s AND at >= %s AND at < %s ORDER BY subject, sequence DESC"""
_COUNTERS = """
SELECT name, value FROM record_counter WHERE jurisdiction = %s AND %s LIKE split_part(name, '/', -1) || '%%'"""
_SEAL = """
INSERT INTO record_seal (jurisdiction, day, leaves, counters, digest, previous, hash, sealed_at)
VALUES (%s, %s, %s, %s::jsonb, %s, %s, %s, %s) RETURNING id"""


def seal_finished(jurisdiction: str, now: datetime) -> list[date]:
    """Seal every day of the jurisdiction that is over and not sealed; answers the days."""
    since = open_since(jurisdiction)
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, [jurisdiction, since, _midnight((now - MARGIN).astimezone(ZONE).date())])
        days = [row[0] for row in cursor.fetchall()]
    return [day for day in days if seal_day(jurisdiction, day, now)]


def open_since(jurisdiction: str) -> datetime:
    """Since when the record of the jurisdiction is not sealed."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [jurisdiction])
        last = cursor.fetchone()
    return _midnight(last[0] + timedelta(days=1) if last else _BEFORE_ALL)


def seal_day(jurisdiction: str, day: date, now: datetime) -> bool:
    """Seal a day that is over; False where it is sealed, or a later one is, or nothing happened on it.

    Raises ValueError for a day that is not over, OperationalError when others keep on writing: ask again later.
    """
    begins, ends = _midnight(day), _midnight(day + timedelta(days=1))
    if now < ends + MARGIN:
        raise ValueError(f"{day} is not over in {jurisdiction!r}")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute(_LOCK, [jurisdiction])
        cursor.execute(_LAST, [jurisdiction])
        last = cursor.fetchone()
        cursor.execute(_LEAVES, [jurisdiction, begins, ends])
        leaves = [(subject, sequence, bytes(head)) for subject, sequence, head in cursor.fetchall()]
        if not leaves or (last and last[0] >= day):
            return False
        cursor.execute(_COUNTERS, [jurisdiction, f"{day:%Y%m%d}"])
        counters = canonical(dict(cursor.fetchall()))
        previous, digest = bytes(last[1]) if last else GENESIS, leaves_digest(leaves)
        head = seal_hash(previous, jurisdiction, day.isoformat(), len(leaves), counters, digest)
        cursor.execute(_SEAL, [jurisdiction, day, len(leaves), counters, digest, previous, head, now])
        seal = cursor.fetchone()[0]
        with cursor.copy("COPY record_sealleaf (seal_id, subject, sequence, hash) FROM STDIN") as rows:
            for leaf in leaves:
                rows.write_row((seal, *leaf))
    return True


def publish(path: Path) -> tuple[int, list[SealLine]]:
    """Append the seals that the file does not tell with a signature; answers how many, and those that contradict it.

    A day that the file tells with another hash, or that the database has no more, was sealed anew: nothing is written
    for it, for the file is the witness.
    """
    with path.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        path.chmod(0o600)
        file.seek(0)
        text = file.read()
        told, held = list(_lines(text)), list(seals())
        forged = contradictions(told, held)
        days = {(seal.jurisdiction, seal.day) for seal in forged}
        signed = {line.seal.hash for line in told if line.signed is Signed.YES}
        fresh = [seal for seal in held if seal.hash not in signed and (seal.jurisdiction, seal.day) not in days]
        if text and not text.endswith("\n"):
            file.write("\n")
        signer = _signer(_made_key())
        file.writelines(_told(seal, signer) + "\n" for seal in fresh)
        file.flush()
        os.fsync(file.fileno())
    path.with_suffix(CONTRADICTED).write_text(str(len(forged)))
    return len(fresh), forged


def contradictions(told: Collection[PublishedSeal], held: Collection[SealLine]) -> list[SealLine]:
    """The seals told outside that the database has no more, or has otherwise."""
    hashes = {(seal.jurisdiction, seal.day): seal.hash for seal in held}
    return [line.seal for line in told if hashes.get((line.seal.jurisdiction, line.seal.day)) != line.seal.hash]


def seals(jurisdiction: str | None = None) -> Iterator[SealLine]:
    """Every seal as it is told outside, in the order of their making."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT jurisdiction, day, leaves, counters::text, encode(digest, 'hex'), encode(previous, 'hex'),"
            " encode(hash, 'hex') FROM record_seal WHERE %s::text IS NULL OR jurisdiction = %s ORDER BY id",
            [jurisdiction, jurisdiction],
        )
        for where, day, leaves, counters, digest, previous, head in cursor.fetchall():
            yield SealLine(where, day, leaves, json.loads(counters), digest, previous, head)


def published(path: Path) -> list[PublishedSeal]:
    """The seals that a file tells; a line cut off by a crash is passed over, for it is written again."""
    return list(_lines(path.read_text(encoding="utf-8")))


def _lines(text: str) -> Iterator[PublishedSeal]:
    key = _key_file()
    signer = _signer(key) if key.exists() else None
    for line in text.splitlines():
        try:
            told = json.loads(line)
            signature = told.pop("signature", None)
            seal = SealLine.parse(json.dumps(told))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        yield PublishedSeal(seal, _signed(seal, signature, signer))


def _told(seal: SealLine, signer: Signer) -> str:
    line = seal.text()
    return json.dumps(json.loads(line) | {"signature": signer.signature(line)}, ensure_ascii=False)


def _signed(seal: SealLine, signature: object, signer: Signer | None) -> Signed:
    if signature is None or signer is None:  # without its key, as after a backup without keys, none can be told
        return Signed.NOT
    try:
        signer.unsign(f"{seal.text()}{signer.sep}{signature}")
    except BadSignature:
        return Signed.WRONGLY
    return Signed.YES


def _signer(key: Path) -> Signer:
    return Signer(key=key.read_text().strip(), salt="bihuan.record.seal")


def _key_file() -> Path:
    return Path(settings.DATA_FOLDER, "seals.key")


def _made_key() -> Path:
    """The file of the key, made when it is first wanted; whoever makes it first has made it for all."""
    path = _key_file()
    if not path.exists():
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
