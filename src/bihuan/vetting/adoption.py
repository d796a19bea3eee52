"""What taking up another version of a regulation would change, told before anybody does."""

from dataclasses import dataclass

from bihuan.duties import queries as duties
from bihuan.kernel.refusal import Refusal, Refused, granted
from bihuan.organisations import queries as organisations
from bihuan.organisations.forms import Adopt
from bihuan.organisations.rules import may_administer
from bihuan.organisations.types import Standing
from bihuan.policy.loader import library
from bihuan.policy.pack import Pack
from bihuan.vetting.check import check
from bihuan.vetting.difference import differences

TOLD = 5
"""So many faults are told in a refusal; `bihuan pack check` tells all."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A version that may be taken up: what it says otherwise than the one that would be in force on that day."""

    before: str
    after: Pack
    difference: tuple[str, ...]
    keeping: int
    """How many open duties keep the version under which they were opened."""

    @property
    def digest(self) -> str:
        """Of what was found sound: what is taken up is that and nothing else."""
        return self.after.digest


def weigh(fields: Adopt, standing: Standing) -> Weighed:
    """Check the version that the form names, and tell what it would change. Raises Refused, with what is wrong."""
    granted(may_administer(standing.actor))
    place = standing.jurisdiction.code
    digest = _sound(organisations.known_pack(fields.pack))
    after, before = organisations.taken_up(place, fields.pack, on=fields.from_on, checked=digest, now=standing.now)
    told = tuple(differences(organisations.known_pack(before), after))
    return Weighed(before, after, told, duties.open_in_all(place))


def _sound(named: Pack) -> str:
    """The digest of the pack, which the program can carry out. Raises Refused."""
    faults = check(library().files[named.ref]).faults
    if not faults:
        return named.digest
    told = "；".join(f"第{fault.line}行：{fault.words}" for fault in faults[:TOLD])
    reason = f"{named.ref}没有通过规则审查，不能采用：{told}（共{len(faults)}处，运行 bihuan pack check 查看全部）。"
    raise Refused(Refusal(reason, None, field="pack"))
