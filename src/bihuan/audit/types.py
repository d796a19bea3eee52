"""What a verification answers."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.record.types import Broken


@dataclass(frozen=True, slots=True)
class Report:
    """How much was looked at, what does not fit, and what is remarked; `untold` and `unremarked` count the rest."""

    counts: Mapping[str, int]
    findings: tuple[Broken, ...]
    untold: int = 0
    remarks: tuple[Broken, ...] = ()
    unremarked: int = 0

    @property
    def clean(self) -> bool:
        """Whether everything fits."""
        return not self.findings
