"""Many identities kept as an import keeps them."""

from collections.abc import Sequence

from bihuan.record.bulk import Copier
from bihuan.requesters.commands import Keeping
from bihuan.requesters.types import Identity


def keep_many(*, jurisdiction: str, identities: Sequence[Identity]) -> list[int]:
    """Their numbers, in the same order."""
    keeping = Keeping(jurisdiction, len(identities))
    for number, identity in zip(keeping.numbers, identities, strict=True):
        keeping.seal(number, identity)
    with Copier() as copier:
        keeping.write(copier)
    return keeping.numbers
