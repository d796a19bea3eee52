"""How an event is sealed into its chain: pure functions, so that anyone can compute them again."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache

GENESIS = bytes(32)
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_sorted = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no spaces, characters as they are."""
    return _sorted(value)


@lru_cache(maxsize=64)
def stamp(at: datetime) -> str:
    """A moment in UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def commitment(salt: bytes, private: str) -> bytes:
    """The digest that stands in the chain for private facts, so that they can be erased."""
    return hashlib.sha256(salt + private.encode()).digest()


def event_hash(
    previous: bytes,
    subject: str,
    sequence: int,
    jurisdiction: str,
    at: datetime,
    words: tuple[str, ...],
    facts: str,
    committed: bytes | None,
) -> bytes:
    """SHA-256 over the event; `words` are kind, norm, clause, account, name, unit, post, sentence, in this order."""
    said = [previous.hex(), subject, sequence, jurisdiction, stamp(at), *words, facts, (committed or b"").hex()]
    return said_hash(said)


def said_hash(said: Sequence[object]) -> bytes:
    """SHA-256 over all that an event says, in the order of `event_hash`, everything as text but the sequence."""
    return hashlib.sha256(_compact(said).encode()).digest()


def leaves_digest(leaves: Iterable[tuple[str, int, bytes]]) -> bytes:
    """SHA-256 over the ends of a day's chains, sorted by subject."""
    total = hashlib.sha256()
    for subject, sequence, head in sorted(leaves):
        total.update(f"{subject}\n{sequence}\n{head.hex()}\n".encode())
    return total.digest()


def seal_hash(previous: bytes, jurisdiction: str, day: str, leaves: int, counters: str, digest: bytes) -> bytes:
    """SHA-256 over a day's seal and the one before it."""
    return hashlib.sha256(
        canonical([previous.hex(), jurisdiction, day, leaves, counters, digest.hex()]).encode()
    ).digest()
