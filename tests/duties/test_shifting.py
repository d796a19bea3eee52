"""What becomes of parts and duties on one subject when a unit ends."""

import pytest

from bihuan.duties.shifting import Shift, shift
from bihuan.duties.types import DutySpec
from bihuan.joint.types import DUTIES, DutyKind, Kind

SPECS = DUTIES[Kind.LINKAGE]
WORK, CONCLUDE = str(DutyKind.WORK), str(DutyKind.CONCLUDE)


def moved(parts: dict[str, set[str]], *owed: tuple[str, str], successor: str = "new", goes_back: bool = True) -> Shift:
    """What becomes of it when the unit `old` ends."""
    specs: dict[str, DutySpec] = {str(kind): spec for kind, spec in SPECS.items()}
    return shift(parts, owed, specs, unit="old", successor=successor, helping=("co",), goes_back=goes_back)


@pytest.mark.parametrize(
    ("parts", "owed", "after"),
    [
        ({"desk": {"desk"}}, (), Shift()),
        ({"lead": {"old"}}, ((CONCLUDE, "old"),), Shift(("lead",), hands_over=True)),
        ({"lead": {"old"}, "co": {"a"}}, ((WORK, "a"),), Shift(("lead",))),
        ({"lead": {"a"}, "co": {"old", "b"}}, ((WORK, "old"), (WORK, "b")), Shift(("co",), hands_over=True)),
        ({"lead": {"a"}, "co": {"old", "new"}}, ((WORK, "old"),), Shift((), (("co", "old"),), ((WORK, "old"),))),
        ({"lead": {"new"}, "co": {"old"}}, ((WORK, "old"),), Shift((), (("co", "old"),), ((WORK, "old"),))),
        (
            {"lead": {"old"}, "co": {"new"}},
            ((CONCLUDE, "old"), (WORK, "new")),
            Shift(("lead",), (("co", "new"),), ((WORK, "new"),), hands_over=True),
        ),
        ({"desk": {"desk"}}, (("unknown", "old"),), Shift(hands_over=True)),
    ],
    ids=["not there", "lead", "lead of others", "member", "both members", "into the lead", "lead into", "owes alone"],
)
def test_the_successor_takes_the_place(
    parts: dict[str, set[str]], owed: tuple[tuple[str, str], ...], after: Shift
) -> None:
    assert moved(parts, *owed) == after
    assert moved(parts, *owed).something == (after != Shift())


def test_without_a_successor_who_leads_goes_back_and_who_helps_is_missing() -> None:
    parts, owed = {"lead": {"old"}, "co": {"old"}}, ((CONCLUDE, "old"), (WORK, "old"))
    after = moved(parts, *owed, successor="")
    assert after == Shift((), (("co", "old"),), ((WORK, "old"),))
    after = moved(parts, *owed, successor="", goes_back=False)
    assert after == Shift((), (("co", "old"), ("lead", "old")), ((CONCLUDE, "old"), (WORK, "old")))
