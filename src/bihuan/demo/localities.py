"""The list of places of a training jurisdiction: its territories, each with invented communities and villages."""

from zlib import crc32

from bihuan.demo.plans import PlacePlan
from bihuan.localities.types import Line

_COMMUNITIES = ("花园社区", "学府社区", "前进村", "东风村", "河湾村")
_OFFICES = ("人民政府", "管委会")


def lines(plan: PlacePlan) -> list[Line]:
    """The list as a table would hold it; its codes are of no real place."""
    names = {unit.code: unit.name for unit in plan.units}
    found: list[Line] = []
    for number, territory in enumerate(plan.territories, 1):
        code, name = f"99{number:02d}", names[territory]
        for office in _OFFICES:
            name = name.removesuffix(office)
        found.append(Line(len(found) + 2, code, name))
        for below, community in enumerate(_COMMUNITIES, 1):
            found.append(Line(len(found) + 2, f"{code}{below:03d}", community))
    return found


def code_at(plan: PlacePlan, place: str) -> str:
    """Where something lies that is only told by its road or town: always the same for the same words."""
    listed = lines(plan)
    named = [line.code for line in listed if line.name and line.name in place]
    below = [line.code for line in listed if len(line.code) > 4 and (not named or line.code.startswith(named[0]))]
    return below[crc32(place.encode()) % len(below)]
