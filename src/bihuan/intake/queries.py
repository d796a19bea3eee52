"""Reading where requests came from."""

from bihuan.intake.models import Source
from bihuan.intake.types import SourceRow
from bihuan.policy.loader import pack as load_pack


def case_of_source(jurisdiction: str, channel: str, origin_number: str) -> str:
    """Number of the case that a channel's request became; empty where there is none."""
    row = Source.objects.filter(jurisdiction=jurisdiction, channel=channel, origin_number=origin_number)
    return row.values_list("case__number", flat=True).first() or ""


def known_origins(jurisdiction: str, channel: str, numbers: list[str]) -> set[str]:
    """Which of a channel's numbers are registered already: for imports."""
    rows = Source.objects.filter(jurisdiction=jurisdiction, channel=channel, origin_number__in=numbers)
    return set(rows.values_list("origin_number", flat=True))


def sources(number: str) -> list[SourceRow]:
    """The sources of a case and of those merged into it; the caller has made sure that the actor may see it."""
    own = Source.objects.filter(case__number=number) | Source.objects.filter(case__parent_id=number)
    return [
        SourceRow(
            s.channel,
            load_pack(s.case.pack).channels[s.channel].label,
            s.origin_number,
            s.received_at,
            s.received_by,
            s.case.number,
        )
        for s in own.select_related("case").order_by("received_at", "id")
    ]
