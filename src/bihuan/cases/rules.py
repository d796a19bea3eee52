"""Rules of whoever lets a unit take part in a case."""

from collections.abc import Iterable, Mapping

from bihuan.cases.types import Accusing
from bihuan.kernel.norm import carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms


@carries_out(norms.IDENTITY_PROTECTED)
def may_go_to(
    units: Iterable[str], *, case: Accusing, known: Mapping[str, UnitFacts], reason: str | None = None, field: str
) -> Refusal | None:
    """要求保密的，不得交给被反映单位；其他的，交给被反映单位须说明理由。

    `reason` is None where another body than the desk or the lead has ruled that the unit is the right one.
    """
    names = "、".join(known[code].name if code in known else code for code in units if code in case.accused)
    if not names:
        return None
    if case.secret:
        said = f"{names}是本件的被反映单位，诉求人要求保密，不能交给它。"
        return Refusal(said, norms.IDENTITY_PROTECTED, field=field)
    if reason == "":
        said = f"{names}是本件的被反映单位；仍要交给它的，请说明理由。"
        return Refusal(said, norms.IDENTITY_PROTECTED, field="accused_reason")
    return None
