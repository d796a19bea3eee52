"""The limits that a jurisdiction may adjust: those by which duties are counted."""

from bihuan.determination.types import DESIGNATED_HANDLE
from bihuan.joint.types import CHECK_INS
from bihuan.vetting.engine import subjects

ADJUSTABLE = frozenset(
    {*(spec.limit for one in subjects() for spec in one.duties.values()), *CHECK_INS, DESIGNATED_HANDLE}
)
