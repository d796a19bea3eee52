"""CHANGELOG.md names norms and clauses that there are."""

import re
from pathlib import Path

from bihuan.policy.loader import pack
from bihuan.policy.norms import ALL

TEXT = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
PACKS = ("huainan-2021-55/1", "wendeng-2021-10/1")


def test_every_norm_that_is_named_is_one() -> None:
    named = set(re.findall(r"`([a-z]+\.[a-z-]+)`", TEXT))
    assert named
    assert named <= ALL.keys()


def test_every_clause_that_is_named_is_one() -> None:
    clauses = {clause for ref in PACKS for clause in pack(ref).clauses}
    named = set(re.findall(r"\b(?:HN|WD|A1)-[\w.]+\b", TEXT))
    assert named
    assert all(any(clause.startswith(one) for clause in clauses) for one in named)
